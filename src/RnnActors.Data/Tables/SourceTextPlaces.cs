using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Access to the characters of a text by their offsets. Thread-safe.</summary>
public sealed partial class SourceText
{
    private readonly PagedFile? _file;
    private volatile TextPage _page;
    private volatile LineStart _line = new(0, 1, 0);

    private SourceText(string path, PagedFile file) => (Path, Length, _file, _page) = (path, file.Length, file, new TextPage(0, default));

    /// <summary>In characters.</summary>
    internal int Length { get; }

    internal char this[int offset]
    {
        get
        {
            TextPage page = PageAt(offset);
            return page.Text.Span[offset - page.Start];
        }
    }

    /// <summary>Opens a text that stays in its file; null if it must be read completely: it is small, not text, or cannot be read.</summary>
    /// <param name="smallest">Files of fewer bytes are not opened.</param>
    /// <exception cref="InvalidInputException">There is no such encoding.</exception>
    internal static SourceText? Open(string path, string encoding, string shown, int smallest = 1 << 20, int pageBytes = PagedFile.PageBytes) =>
        PagedFile.Open(path, encoding, shown, smallest, pageBytes) is { } file ? new SourceText(shown, file) : null;

    /// <summary>The characters from an offset on, before <paramref name="end"/>, as far as they are in memory: at least one.</summary>
    internal ReadOnlySpan<char> Rest(int offset, int end)
    {
        TextPage page = PageAt(offset);
        return page.Text.Span[(offset - page.Start)..(Math.Min(page.End, end) - page.Start)];
    }

    internal string Slice(int start, int end) =>
        string.Create(end - start, (Source: this, Start: start), static (span, from) => from.Source.CopyTo(span, from.Start));

    internal void CopyTo(Span<char> target, int start)
    {
        while (!target.IsEmpty)
        {
            ReadOnlySpan<char> part = Rest(start, start + target.Length);
            part.CopyTo(target);
            target = target[part.Length..];
            start += part.Length;
        }
    }

    /// <summary>The offset of the first occurrence of some characters; <paramref name="end"/> if there is none.</summary>
    internal int IndexOfAny(ReadOnlySpan<char> wanted, int start, int end)
    {
        while (start < end)
        {
            ReadOnlySpan<char> part = Rest(start, end);
            int found = part.IndexOfAny(wanted);
            if (found >= 0) return start + found;
            start += part.Length;
        }

        return end;
    }

    internal int Count(char wanted, int start, int end)
    {
        int count = 0;
        while (start < end)
        {
            ReadOnlySpan<char> part = Rest(start, end);
            count += part.Count(wanted);
            start += part.Length;
        }

        return count;
    }

    /// <summary>The line and column, from 1, of the character at <paramref name="offset"/>. Lines end with LF, CR LF or CR.</summary>
    public SourceLocation At(int offset)
    {
        LineStart last = _line;
        (int line, int start) = offset < last.Offset ? (1, 0) : (last.Line, last.Start);
        for (int at = offset < last.Offset ? 0 : last.Offset; (at = IndexOfAny("\r\n", at, offset)) < offset; at++)
        {
            bool ends = this[at] == '\n' || at + 1 >= Length || this[at + 1] != '\n';
            if (ends) (line, start) = (line + 1, at + 1);
        }

        _line = new(offset, line, start);
        return new(Path, line, offset - start + 1);
    }

    private TextPage PageAt(int offset)
    {
        TextPage page = _page;
        return offset >= page.Start && offset < page.End ? page : _page = _file!.Load(offset);
    }

    /// <summary>The last line that was asked for; the search for the next one starts there.</summary>
    private sealed record LineStart(int Offset, int Line, int Start);
}
