using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>Finds what a CSV file does not say: what parts its fields, and whether its first line names the columns.</summary>
internal static class CsvSniffer
{
    private const int LinesLookedAt = 20;

    /// <summary>The comma comes last: it is also a decimal separator, and the others seldom stand in numbers.</summary>
    private static readonly char[] Candidates = ['\t', ';', '|', ','];

    /// <summary>The first candidate that stands equally often in each of the first lines, else the most frequent one in the first line, else a comma.</summary>
    public static char Delimiter(string text, char quote)
    {
        List<int[]> lines = CountInFirstLines(text, quote);
        for (int i = 0; i < Candidates.Length; i++)
            if (lines.Count > 0 && lines[0][i] > 0 && lines.TrueForAll(line => line[i] == lines[0][i])) return Candidates[i];

        int[] first = lines.Count > 0 ? lines[0] : new int[Candidates.Length];
        return first.Max() == 0 ? ',' : Candidates[Array.IndexOf(first, first.Max())];
    }

    /// <summary>Names, unless a field of the record is a number or a date.</summary>
    public static bool IsHeader(CsvRecords record, CultureInfo culture)
    {
        NumberField number = new(culture);
        DateField date = new(culture);
        for (int i = 0; i < record.FieldCount; i++)
            if (number.TryParse(record.Field(i), out _) || date.TryParse(record.Field(i), out _)) return false;
        return true;
    }

    private static List<int[]> CountInFirstLines(string text, char quote)
    {
        List<int[]> lines = [];
        int[] counts = new int[Candidates.Length];
        bool quoted = false, blank = true;
        foreach (char c in text)
        {
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
