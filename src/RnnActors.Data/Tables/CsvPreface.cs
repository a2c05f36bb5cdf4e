using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>Where the table of a text begins and ends: behind a line <c>sep=</c> and comments, before its footer.</summary>
/// <param name="Comment">Where the last comment before the table begins; -1 for none.</param>
internal sealed record CsvPreface(TextBody Body, char? Delimiter, int Comment)
{
    public static CsvPreface Find(string text, CsvFormat format, ICollection<string> notes)
    {
        int at = 0, comment = -1, comments = 0;
        char? delimiter = null;
        while (at < text.Length)
        {
            int end = EndOfLine(text, at);
            ReadOnlySpan<char> line = text.AsSpan(at, end - at).Trim();
            if (line.StartsWith('#')) (comment, comments) = (at + text.AsSpan(at).IndexOf('#'), comments + 1);
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

    public static int EndOfLine(string text, int at) => text.AsSpan(at).IndexOfAny('\r', '\n') is >= 0 and var length ? at + length : text.Length;

    private static int Behind(string text, int end) =>
        end + 1 < text.Length && text[end] == '\r' && text[end + 1] == '\n' ? end + 2 : Math.Min(end + 1, text.Length);

    private static bool SaysDelimiter(ReadOnlySpan<char> line, out char delimiter)
    {
        delimiter = default;
        line = line.Trim('"');
        if (!line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) || line.Length > "sep=".Length + 1) return false;
        delimiter = line.Length == "sep=".Length ? '\t' : line[^1]; // a tab was trimmed
        return true;
    }

    private static int BeforeFooter(string text, int start, int lines)
    {
        int end = text.Length;
        while (lines > 0 && end > start)
        {
            int kept = text.AsSpan(start, end - start).TrimEnd().Length;
            int line = kept == 0 ? start : start + text.AsSpan(start, kept).LastIndexOfAny('\r', '\n') + 1;
            end = line;
            lines--;
        }

        return end;
    }
}
