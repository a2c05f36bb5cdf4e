using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>
/// Finds where the table in a text begins and ends. It skips a line <c>sep=</c> and comments before the table, and its footer. Spreadsheets write formerly used
/// rows as lines of delimiters only; at both ends these are skipped, with a note.
/// </summary>
/// <param name="Comment">Where the last comment before the table begins; -1 for none.</param>
internal sealed record CsvPreface(TextBody Body, char? Delimiter, int Comment)
{
    /// <summary>How many characters are searched for a line <c>sep=</c>.</summary>
    private const int MaxExamined = 100;

    private const string Separators = ",;|";

    public static CsvPreface Find(SourceText text, CsvFormat format, ICollection<string> notes)
    {
        int at = 0, comment = -1, comments = 0, empty = 0;
        char? delimiter = null;
        while (at < text.Length)
        {
            int end = EndOfLine(text, at), first = at;
            while (first < end && char.IsWhiteSpace(text[first])) first++;
            ReadOnlySpan<char> line = text.Slice(first, Math.Min(end, first + MaxExamined)).AsSpan().TrimEnd();
            if (line.StartsWith('#')) (comment, comments) = (first, comments + 1);
            else if (comments == 0 && delimiter is null && SaysDelimiter(line, out char said)) delimiter = said;
            else if (!line.IsEmpty && end < text.Length && IsSeparators(text, first, end, format.Delimiter)) empty++;
            else if (!line.IsEmpty) break;
            at = Behind(text, end);
        }

        string what = comments == 1
            ? "A comment before the table is"
            : string.Create(CultureInfo.InvariantCulture, $"{comments} comments before the table are");
        int body = BeforeFooter(text, at, format, ref empty);
        string lines = empty == 1 ? "A line" : string.Create(CultureInfo.InvariantCulture, $"{empty} lines");
        if (empty > 0) notes.Add($"{lines} of separators alone, before or behind the table, {(empty == 1 ? "is" : "are")} passed over.");
        if (comments > 0) notes.Add($"{what} passed over.");
        return new(new(at, body), delimiter, comment);
    }

    public static int EndOfLine(SourceText text, int at) => text.IndexOfAny("\r\n", at, text.Length);

    private static int Behind(SourceText text, int end) =>
        end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? end + 2 : Math.Min(end + 1, text.Length);

    private static bool SaysDelimiter(ReadOnlySpan<char> line, out char delimiter)
    {
        delimiter = default;
        line = line.Trim('"');
        if (!line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) || line.Length > "sep=".Length + 1) return false;
        delimiter = line.Length == "sep=".Length ? '\t' : line[^1]; // a tab was trimmed
        return true;
    }

    /// <param name="empty">The lines of delimiters only, before and after the footer, are added to this count.</param>
    private static int BeforeFooter(SourceText text, int start, CsvFormat format, ref int empty)
    {
        int end = BeforeEmpty(text, start, text.Length, format, ref empty);
        for (int line = 0; line < format.FooterLines && end > start; line++) end = LastLine(text, start, end).Start;
        return format.FooterLines == 0 ? end : BeforeEmpty(text, start, end, format, ref empty);
    }

    private static int BeforeEmpty(SourceText text, int start, int end, CsvFormat format, ref int empty)
    {
        while (true)
        {
            int last = end;
            while (last > start && char.IsWhiteSpace(text[last - 1])) last--;
            if (last == start || !(text[last - 1] == format.Delimiter || Separators.Contains(text[last - 1], StringComparison.Ordinal))) return end;
            TextBody line = LastLine(text, start, last);
            if (!IsSeparators(text, line.Start, line.End, format.Delimiter)) return end;
            end = line.Start;
            empty++;
        }
    }

    /// <summary>The last line that is not blank.</summary>
    private static TextBody LastLine(SourceText text, int start, int end)
    {
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        int line = end;
        while (line > start && text[line - 1] is not ('\r' or '\n')) line--;
        return new(line, end);
    }

    /// <summary>Whether a line has delimiters of one kind and no fields.</summary>
    private static bool IsSeparators(SourceText text, int start, int end, char? delimiter)
    {
        char only = '\0';
        for (int at = start; at < end; at++)
        {
            char c = text[at];
            if (char.IsWhiteSpace(c)) continue;
            if (only == '\0' && (c == delimiter || (delimiter is null && Separators.Contains(c, StringComparison.Ordinal)))) only = c;
            if (c != only) return false;
        }

        return only != '\0';
    }
}
