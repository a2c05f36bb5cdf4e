using System.Globalization;
using System.Text;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>A strictly decoded text file that knows the line and column of each character. Only a page of a large file is in memory.</summary>
public sealed partial class SourceText
{
    internal const long LargestFile = 1_000_000_000;

    private static readonly (byte[] Mark, string Encoding)[] ByteOrderMarks =
    [
        ([0xEF, 0xBB, 0xBF], "utf-8"),
        ([0xFF, 0xFE, 0x00, 0x00], "utf-32"),
        ([0xFF, 0xFE], "utf-16"),
        ([0xFE, 0xFF], "utf-16BE"),
    ];

    /// <param name="path">The file as the user named it.</param>
    public SourceText(string path, string text) => (Path, Length, _page) = (path, text.Length, new TextPage(0, text.AsMemory()));

    /// <summary>The file as the user named it.</summary>
    public string Path { get; }

    /// <summary>Reads a file. A byte order mark decides the encoding; without one it is <paramref name="encoding"/>.</summary>
    /// <param name="shown">The path for messages, if it is not <paramref name="path"/>.</param>
    /// <param name="encoding">A .NET encoding name.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, is empty or of another kind, or has bytes that are invalid in the encoding.</exception>
    public static SourceText Read(string path, string encoding, string? shown = null) => Decode(ReadBytes(path, shown ?? path), encoding, shown ?? path);

    /// <summary>Decodes bytes in memory, as <see cref="Read"/> does.</summary>
    public static SourceText Decode(ReadOnlySpan<byte> bytes, string encoding, string shown)
    {
        if (bytes.IsEmpty) throw new InvalidInputException("The file is empty", where: new(shown));

        Encoding decoder = EncodingOf(bytes, encoding, out int mark);
        ReadOnlySpan<byte> body = bytes[mark..];
        if (FileKind.Recognise(body, zerosAreText: decoder.GetByteCount("a") > 1) is { } kind)
        {
            throw new InvalidInputException($"This is {kind}, not a text table", "Give a CSV file: text, a row on each line", new(shown));
        }

        try
        {
            return new(shown, decoder.GetString(body));
        }
        catch (DecoderFallbackException problem)
        {
            int at = Math.Clamp(problem.Index, 0, body.Length);
            Encoding lenient = Encoding.GetEncoding(decoder.CodePage, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback);
            SourceText before = new(shown, lenient.GetString(body[..at]));
            string unknown = string.Join(' ', (problem.BytesUnknown ?? []).Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
            throw new InvalidInputException(
                $"The bytes {unknown} are no character in {decoder.WebName}",
                "Set data.encoding to the file's encoding, such as windows-1252 or utf-16, or save the file as UTF-8",
                before.At(before.Length),
                problem);
        }
    }

    internal static Encoding EncodingOf(ReadOnlySpan<byte> bytes, string name, out int mark)
    {
        mark = 0;
        foreach ((byte[] start, string marked) in ByteOrderMarks)
        {
            if (!bytes.StartsWith(start)) continue;
            (mark, name) = (start.Length, marked);
            break;
        }

        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            return Encoding.GetEncoding(name, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            string? nearest = Suggestion.Nearest(name, Encoding.GetEncodings().Select(encoding => encoding.Name));
            throw new InvalidInputException(
                $"There is no encoding '{name}'", nearest is null ? "Set data.encoding to a name such as utf-8" : $"Did you mean {nearest}", cause: problem);
        }
    }

    internal static byte[] ReadBytes(string path, string shown)
    {
        if (Directory.Exists(path)) throw new InvalidInputException("This is a folder, not a file", where: new(shown));
        try
        {
            FileInfo file = new(path);
            if (file.Exists && file.Length > LargestFile)
            {
                throw new InvalidInputException(
                    string.Create(CultureInfo.InvariantCulture, $"The file has {file.Length:N0} bytes; a table may have {LargestFile:N0}"),
                    "Leave out rows or columns that are not needed",
                    new(shown));
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path)) ?? "";
            IEnumerable<string> names = Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Select(f => System.IO.Path.GetFileName(f)!) : [];
            string? nearest = Suggestion.Nearest(System.IO.Path.GetFileName(path), names);
            throw new InvalidInputException("There is no such file", nearest is null ? null : $"Did you mean {nearest}", new(shown), problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"The file cannot be read: {problem.Message.TrimEnd('.')}", where: new(shown), cause: problem);
        }
    }
}
