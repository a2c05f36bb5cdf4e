namespace RnnActors.Data.Tables;

/// <summary>Detects the delimiter of a CSV file.</summary>
internal static class CsvSniffer
{
    private const int LinesLookedAt = 20;

    /// <summary>The minimum number of similar lines that count as a table below a title.</summary>
    private const int MinAlike = 3;

    /// <summary>The comma comes last, since it is also a decimal separator; the others rarely occur in numbers.</summary>
    private static readonly char[] Candidates = ['\t', ';', '|', ','];

    /// <summary>
    /// The first candidate that occurs equally often in each of the first lines. Otherwise a space if it separates them into equally many words, or the first
    /// candidate that occurs equally often in all lines below a title. If there is none, the most frequent candidate of the first line, else a comma.
    /// </summary>
    /// <param name="spaces">Whether a space may be the delimiter; not in files of sentences.</param>
    public static char Delimiter(SourceText text, TextBody body, char quote, bool spaces = true)
    {
        List<int[]> lines = CountInFirstLines(text, body, quote);
        for (int i = 0; i < Candidates.Length; i++)
            if (lines.Count > 0 && lines[0][i] > 0 && lines.TrueForAll(line => line[i] == lines[0][i])) return Candidates[i];

        int[] first = lines.Count > 0 ? lines[0] : new int[Candidates.Length];
        if (spaces && first.AsSpan(1).IndexOfAnyExcept(0) < 0 && IsSpaced(text, body, quote)) return ' ';
        for (int title = 1; title <= lines.Count - MinAlike; title++)
        {
            for (int i = 0; i < Candidates.Length; i++)
                if (lines[title][i] > 0 && lines.Skip(title).All(line => line[i] == lines[title][i])) return Candidates[i];
        }

        return first.Max() == 0 ? ',' : Candidates[Array.IndexOf(first, first.Max())];
    }

    private static bool IsSpaced(SourceText text, TextBody body, char quote)
    {
        using SpacedRecords records = new(text, body, quote);
        int fields = 0, lines = 0;
        for (; lines < LinesLookedAt && records.Read(); lines++)
        {
            if (lines == 0) fields = records.FieldCount;
            if (records.FieldCount != fields) return false;
        }

        return lines > 1 && fields > 1;
    }

    private static List<int[]> CountInFirstLines(SourceText text, TextBody body, char quote)
    {
        List<int[]> lines = [];
        int[] counts = new int[Candidates.Length];
        bool quoted = false, blank = true;
        for (int at = body.Start; at < body.End; at++)
        {
            char c = text[at];
            if (c == quote) quoted = !quoted;
            if (!quoted && c is '\n' or '\r')
            {
                if (!blank) lines.Add(counts);
                if (lines.Count == LinesLookedAt) return lines;
                (counts, blank) = (new int[Candidates.Length], true);
                continue;
            }

            blank &= char.IsWhiteSpace(c);
            int candidate = quoted ? -1 : Array.IndexOf(Candidates, c);
            if (candidate >= 0) counts[candidate]++;
        }

        if (!blank) lines.Add(counts);
        return lines;
    }
}
