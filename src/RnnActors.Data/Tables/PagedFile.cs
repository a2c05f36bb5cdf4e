using System.Buffers;
using System.Text;
using Microsoft.Win32.SafeHandles;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>A contiguous part of a text, from an offset on.</summary>
internal sealed record TextPage(int Start, ReadOnlyMemory<char> Text)
{
    public int End => Start + Text.Length;
}

/// <summary>
/// A text file that is read and decoded a page at a time, at any offset. It was first read once completely, so all of it is known to be text.
/// </summary>
internal sealed class PagedFile
{
    /// <summary>A page's characters stay out of the large object heap, which is rarely collected.</summary>
    public const int PageBytes = 1 << 15;

    private const int Utf8 = 65001, Utf16 = 1200, Utf16BigEndian = 1201, Utf32 = 12000, Utf32BigEndian = 12001, MaxExamined = 8192;

    private readonly SafeFileHandle _handle;
    private readonly Encoding _encoding;
    private readonly string _shown;
    private readonly DateTime _written;
    private readonly List<long> _bytes = [];
    private readonly List<int> _starts = [];

    private PagedFile(SafeFileHandle handle, Encoding encoding, string shown) =>
        (_handle, _encoding, _shown, _written) = (handle, encoding, shown, File.GetLastWriteTimeUtc(handle));

    /// <summary>In characters.</summary>
    public int Length => _starts[^1];

    /// <inheritdoc cref="SourceText.Open"/>
    public static PagedFile? Open(string path, string encoding, string shown, int smallest, int pageBytes)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            long length = RandomAccess.GetLength(handle);
            if (length > SourceText.LargestFile || length < Math.Max(1, smallest)) return null;
            byte[] start = new byte[Math.Min(MaxExamined, length)];
            Fill(handle, start, 0);
            Encoding decoder = SourceText.EncodingOf(start, encoding, out int mark);
            bool zerosAreText = decoder.GetByteCount("a") > 1;
            bool isArchive = Archive.IsGzip(start) || Archive.IsZip(start);
            if (isArchive || !CanBeCut(decoder) || FileKind.Recognise(start.AsSpan(mark), zerosAreText) is not null) return null;
            PagedFile file = new(handle, decoder, shown);
            if (!file.ReadThrough(mark, length, pageBytes)) return null;
            handle = null;
            return file;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            return null;
        }
        finally
        {
            handle?.Dispose();
        }
    }

    /// <summary>The page that contains a character.</summary>
    /// <exception cref="InvalidInputException">The file has changed, or can no longer be read.</exception>
    public TextPage Load(int offset)
    {
        int page = _starts.BinarySearch(offset);
        if (page < 0) page = ~page - 1;
        int bytes = (int)(_bytes[page + 1] - _bytes[page]);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            long length = RandomAccess.GetLength(_handle);
            bool isOther = length == _bytes[^1] && File.GetLastWriteTimeUtc(_handle) != _written; // a longer file was only appended to
            if (length < _bytes[^1] || isOther) throw Changed(null);
            Fill(_handle, buffer.AsSpan(0, bytes), _bytes[page]);
            char[] text = _encoding.GetChars(buffer, 0, bytes);
            return text.Length == _starts[page + 1] - _starts[page] ? new TextPage(_starts[page], text) : throw Changed(null);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw Changed(problem);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private InvalidInputException Changed(Exception? problem) =>
        new("The file has changed while it was read", "Begin again when nobody writes to it", new(_shown), problem);

    /// <summary>Finds where pages begin.</summary>
    /// <returns>False if a byte is invalid in the encoding.</returns>
    private bool ReadThrough(int mark, long length, int pageBytes)
    {
        byte[] buffer = new byte[pageBytes];
        _bytes.Add(mark);
        _starts.Add(0);
        for (long at = mark; at < length;)
        {
            int bytes = (int)Math.Min(buffer.Length, length - at);
            Fill(_handle, buffer.AsSpan(0, bytes), at);
            if (at + bytes < length) bytes = Whole(buffer.AsSpan(0, bytes));
            try
            {
                _starts.Add(_starts[^1] + _encoding.GetCharCount(buffer, 0, bytes));
            }
            catch (DecoderFallbackException)
            {
                return false;
            }

            _bytes.Add(at += bytes);
        }

        return Length > 0;
    }

    private static bool CanBeCut(Encoding encoding) =>
        encoding.IsSingleByte || encoding.CodePage is Utf8 or Utf16 or Utf16BigEndian or Utf32 or Utf32BigEndian;

    /// <summary>How many of the bytes form complete characters.</summary>
    private int Whole(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.Length;
        switch (_encoding.CodePage)
        {
            case Utf8:
                for (int back = 1; back <= 4 && back < length; back++)
                {
                    byte lead = bytes[length - back];
                    if ((lead & 0xC0) == 0x80) continue;
                    int needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
                    return needed > back ? length - back : length;
                }

                return length;
            case Utf16 or Utf16BigEndian:
                length -= length % 2;
                byte high = bytes[_encoding.CodePage == Utf16 ? length - 1 : length - 2];
                return high is >= 0xD8 and <= 0xDB ? length - 2 : length;
            case Utf32 or Utf32BigEndian:
                return length - (length % 4);
            default:
                return length;
        }
    }

    /// <exception cref="IOException">The file ends too early.</exception>
    private static void Fill(SafeFileHandle handle, Span<byte> buffer, long at)
    {
        while (!buffer.IsEmpty)
        {
            int read = RandomAccess.Read(handle, buffer, at);
            if (read == 0) throw new EndOfStreamException();
            buffer = buffer[read..];
            at += read;
        }
    }
}
