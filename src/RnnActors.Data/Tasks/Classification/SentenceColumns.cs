using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Examples;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>The columns of a table of labelled sentences.</summary>
internal sealed record SentenceColumns(string Text, string Label)
{
    private const int MaxExamined = 2000;

    /// <summary>What the user can do if the labels are sentences.</summary>
    public const string PairsInstead = "--task translate, if each line is a sentence and its translation";

    private static readonly string[] TextNames = ["text", "sentence", "review", "comment", "message", "tweet"];

    private static readonly string[] LabelNames = ["label", "class", "category", "sentiment", "target", "tag", "intent", "polarity"];

    /// <summary>Both columns if they can be detected, else null.</summary>
    public static SentenceColumns? TryFind(ExampleList list) =>
        FindText(list, null) is { } text && FindLabel(list, text) is { } label ? new SentenceColumns(text, label) : null;

    /// <param name="text">The column of the sentence, where the user names it.</param>
    /// <param name="label">The column of the label, where the user names it.</param>
    /// <exception cref="InvalidInputException">A named column does not exist, or the other cannot be detected.</exception>
    public static SentenceColumns Find(ExampleList list, string? text, string? label)
    {
        string columns = string.Join(", ", list.Names);
        foreach (string name in new[] { text, label }.OfType<string>())
            if (list.Rows.Count > 0) _ = list.Rows[0][name];
        string found = text ?? FindText(list, label) ?? throw new InvalidInputException(
            $"cannot tell which column holds the sentences; there are {columns}", "Name it: --text COLUMN; or --id COLUMN, if rows make a series",
            list.Rows.Count > 0 ? list.Rows[0].Where : null);
        return new SentenceColumns(found, label ?? FindLabel(list, found) ?? throw new InvalidInputException(
            $"cannot tell which column holds the labels; there are {columns}",
            list.Names.Count == 2 ? $"Name it: --label COLUMN; or {PairsInstead}" : "Name it: --label COLUMN",
            list.Rows.Count > 0 ? list.Rows[0].Where : null));
    }

    /// <summary>The only column with a usual name; else the one with the most words a row, at least two.</summary>
    private static string? FindText(ExampleList list, string? label) =>
        Single(list.Names.Where(name => name != label && TextNames.Contains(name, StringComparer.OrdinalIgnoreCase))) ?? list.Names
        .Where(name => name != label)
        .Select(name => (Name: name, Words: MeanWords(list, name)))
        .Where(column => column.Words >= 2)
        .OrderByDescending(column => column.Words).Select(column => column.Name).FirstOrDefault();

    /// <summary>A column with a usual name; else the only one whose values recur.</summary>
    private static string? FindLabel(ExampleList list, string text)
    {
        if (Single(list.Names.Where(name => name != text && LabelNames.Contains(name, StringComparer.OrdinalIgnoreCase))) is { } only
            && !HasDecimals(list, only)) return only;
        string[] others = [.. list.Names.Where(name => name != text && Recurs(list, name))];
        string[] named = [.. others.Where(name => LabelNames.Contains(name, StringComparer.OrdinalIgnoreCase))];
        return named.Length == 1 ? named[0] : named.Length == 0 && others.Length == 1 ? others[0] : null;
    }

    private static bool Recurs(ExampleList list, string name)
    {
        string[] values = [.. list.Rows.Take(MaxExamined).Where(row => row.Has(name)).Select(row => row[name])];
        int distinct = values.Distinct(StringComparer.Ordinal).Count();
        return values.Length > 0 && distinct * 2 <= values.Length && distinct <= 200 && !HasDecimals(list, name);
    }

    /// <summary>Whether the column has decimals: measured values are not labels.</summary>
    private static bool HasDecimals(ExampleList list, string name) => list.Rows.Take(MaxExamined).Any(row => row.Has(name)
        && row[name].Contains('.', StringComparison.Ordinal) && double.TryParse(row[name], NumberStyles.Float, CultureInfo.InvariantCulture, out _));

    private static string? Single(IEnumerable<string> names) => names.Take(2).ToArray() is [var one] ? one : null;

    private static double MeanWords(ExampleList list, string name)
    {
        string[] values = [.. list.Rows.Take(MaxExamined).Where(row => row.Has(name)).Select(row => row[name])];
        return values.Length == 0
            ? 0
            : values.Average(value => value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Count(word => word.Any(char.IsLetter)));
    }
}
