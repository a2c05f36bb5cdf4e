using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>Where the table of a text begins and ends: behind a line <c>sep=</c> and comments, before its footer.</summary>
/// <param name="Comment">Where the last comment before the table begins; -1 for none.</param>
internal sealed record CsvPreface(TextBody Body, char? Delimiter, int Comment)
{
    /// <summary>More than a line <c>sep=</c> has.</summary>
    private const int LookedAt = 100;

    public static CsvPreface Find(SourceText text, CsvFormat format, ICollection<string> notes)
    {
        int at = 0, comment = -1, comments = 0;
        char? delimiter = null;
        while (at < text.Length)
        {
            int end = EndOfLine(text, at), first = at;
            while (first < end && char.IsWhiteSpace(text[first])) first++;
            ReadOnlySpan<char> line = text.Slice(first, Math.Min(end, first + LookedAt)).AsSpan().TrimEnd();
            if (line.StartsWith('#')) (comment, comments) = (first, comments + 1);
            else if (comments == 0 && delimiter is null && SaysDelimiter(line, out char said)) delimiter = said;
            else if (!line.IsEmpty) break;
            at = Behind(text, end);
        }

        string what = comments == 1
            ? "A comment before the table is"
            : string.Create(CultureInfo.InvariantCulture, $"{comments} comments before the table are");
        if (comments > 0) notes.Add($"{what} passed over.");
        return new(new(at, BeforeFooter(text, at, format.FooterLines)), delimiter, comment);
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

    private static int BeforeFooter(SourceText text, int start, int lines)
    {
        int end = text.Length;
        while (lines > 0 && end > start)
        {
            while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
            while (end > start && text[end - 1] is not ('\r' or '\n')) end--;
            lines--;
        }

        return end;
    }
}
