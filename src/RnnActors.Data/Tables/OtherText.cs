using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Recognises texts that are not CSV, whatever the file's name: JSON, and Markdown tables.</summary>
internal static class OtherText
{
    /// <summary>How many characters are examined: more than the beginning of a JSON file, or the head of a Markdown table, needs.</summary>
    private const int MaxExamined = 2000;

    /// <exception cref="InvalidInputException">The text looks like one of them.</exception>
    public static void Refuse(SourceText source, TextBody body)
    {
        string start = source.Slice(body.Start, Math.Min(body.End, body.Start + MaxExamined));
        if (IsJson(start))
        {
            throw new InvalidInputException("This looks like JSON, not a text table",
                "Give a CSV file: a row on each line, names in the first one; pandas.read_json(FILE).to_csv(FILE) writes one", new(source.Path));
        }

        if (DashesOf(start) is { } dashes)
        {
            throw new InvalidInputException($"This looks like Markdown: its line '{dashes}' separates the head of a table from its rows",
                "Give the table as a CSV file, without that line and without bars around the rows", new(source.Path));
        }
    }

    /// <summary>Whether the text begins with an object, or an array of objects or arrays.</summary>
    private static bool IsJson(ReadOnlySpan<char> start)
    {
        start = start.TrimStart();
        if (start is not ['{' or '[', .. var rest]) return false;
        ReadOnlySpan<char> inside = rest.TrimStart();
        return start[0] == '{' ? inside is ['"', ..] && inside[1..].IndexOf("\":") > 0 : inside is ['{' or '[', ..];
    }

    /// <summary>The line of dashes below the header of a Markdown table; null for none.</summary>
    private static string? DashesOf(string start)
    {
        foreach (ReadOnlySpan<char> line in start.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> trimmed = line.Trim();
            if (trimmed.Contains('|') && trimmed.Contains("---", StringComparison.Ordinal) && !trimmed.ContainsAnyExcept("|-: "))
                return trimmed.ToString();
        }

        return null;
    }
}
