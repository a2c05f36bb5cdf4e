using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Files;

namespace RnnActors.Data.Examples;

/// <summary>An example that is a series of numbers.</summary>
/// <param name="Series">(steps, features).</param>
public sealed record SeriesExample(IReadOnlyList<string> Names, IReadOnlyList<string> Values, SourceLocation Where, float[,] Series)
    : Example(Names, Values, Where);

/// <summary>Reads labelled series: the <c>.ts</c> format of the UEA archive and sktime, or a table in which the rows of one id are one series.</summary>
public static class SeriesFile
{
    public const string LabelField = "label", IdField = "id";

    private const string DataMark = "@data", MissingMark = "?";

    /// <summary>
    /// Reads a file in <c>.ts</c> format. Each line is a series: its dimensions are separated by colons, values by commas, and the label follows the last
    /// colon.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="shown">The file as the user wrote it.</param>
    /// <param name="needsLabels">Whether a file whose header says that it has no labels is refused.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or a line contradicts its header.</exception>
    public static ExampleList ReadTs(string path, string shown, bool needsLabels = true)
    {
        string[] lines = InputFile.ReadText(path, shown, "utf-8").Split('\n');
        int data = Array.FindIndex(lines, line => line.Trim().Equals(DataMark, StringComparison.OrdinalIgnoreCase));
        if (data < 0) throw new InvalidInputException("there is no line @data", "Give a file of the .ts format", new SourceLocation(shown));
        if (lines.Take(data).Any(line => line.Trim().Equals("@timestamps true", StringComparison.OrdinalIgnoreCase)))
            throw new InvalidInputException("its values have time stamps", "Write them without time stamps, in order of time", new SourceLocation(shown));
        bool areLabelled = !lines.Take(data).Any(line => line.Trim().StartsWith("@classlabel", StringComparison.OrdinalIgnoreCase)
            && line.Contains("false", StringComparison.OrdinalIgnoreCase));
        if (needsLabels && !areLabelled)
            throw new InvalidInputException("its series have no labels (@classLabel false)", "Give series with labels", new SourceLocation(shown));
        string[] names = areLabelled ? [IdField, LabelField] : [IdField];
        List<Example> rows = [];
        int filled = 0;
        for (int i = data + 1; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line.StartsWith('#')) continue;
            var where = new SourceLocation(shown, i + 1);
            string[] parts = line.Split(':');
            if (areLabelled && parts.Length < 2)
                throw new InvalidInputException("this line has no label behind a colon", "Write dimensions, then the label, separated by colons", where);
            float?[][] dimensions = [.. parts[..^(areLabelled ? 1 : 0)].Select(part => part.Split(',').Select(value => Number(value, where)).ToArray())];
            if (dimensions.FirstOrDefault(dimension => dimension.Length != dimensions[0].Length) is { } other)
                throw new InvalidInputException($"one dimension has {dimensions[0].Length} values, and another {other.Length}",
                    "Give all dimensions of a series as many values", where);
            if (rows.Count > 0 && ((SeriesExample)rows[0]).Series.GetLength(1) != dimensions.Length)
                throw new InvalidInputException($"this series has {dimensions.Length} dimensions, and the first one "
                    + $"{((SeriesExample)rows[0]).Series.GetLength(1)}", "Give all series as many", where);
            string number = $"{rows.Count + 1}";
            rows.Add(new SeriesExample(names, areLabelled ? [number, parts[^1].Trim()] : [number], where, Fill(dimensions, ref filled)));
        }

        if (rows.Count == 0) throw new InvalidInputException("there is no series behind @data", "Give a file with a line a series", new SourceLocation(shown));
        return new ExampleList(names, rows,
            filled == 0 ? [] : [$"{filled} missing values of {shown} are filled with the value before them, or 0 at a beginning"]);
    }

    /// <summary>Groups the rows of a table into series: the rows of one id, in their order, are one series with one label.</summary>
    /// <param name="table">Its rows.</param>
    /// <param name="id">The column of the series' id.</param>
    /// <param name="label">The column of the label; null for none.</param>
    /// <param name="columns">The columns of values; null for all others except those without a single number, such as dates.</param>
    /// <exception cref="InvalidInputException">A value is not a number, no column has numbers, or a series has two labels.</exception>
    public static ExampleList OfTable(ExampleList table, string id, string? label, IReadOnlyList<string>? columns)
    {
        string[] others = [.. table.Names.Where(name => name != id && name != label)];
        string[] texts = columns is null ? [.. others.Where(name => TextIn(table, name) is not null)] : [];
        string[] values = [.. columns ?? [.. others.Except(texts)]];
        if (values.Length == 0)
        {
            throw new InvalidInputException($"no column has numbers, beside {string.Join(" and ", label is null ? [id] : (string[])[id, label])}",
                "Give a column for each value that changes over the steps", table.Rows.Count > 0 ? table.Rows[0].Where : null);
        }

        string[] names = label is null ? [id] : [id, label];
        List<Example> rows = [];
        int filled = 0;
        foreach (var group in table.Rows.GroupBy(row => row[id], StringComparer.Ordinal))
        {
            Example first = group.First();
            if (label is not null && group.FirstOrDefault(row => row[label] != first[label]) is { } other)
                throw new InvalidInputException($"the series {group.Key} has two labels: {first[label]} and {other[label]}", "Give all its rows the same",
                    other.Where);
            float?[][] dimensions = [.. values.Select(column => group.Select(row => Number(row[column], row.Where, column)).ToArray())];
            rows.Add(new SeriesExample(names, label is null ? [group.Key] : [group.Key, first[label]], first.Where, Fill(dimensions, ref filled)));
        }

        string found = $"each {id} is a series of {string.Join(", ", values)}, in the order of the file's rows";
        string[] leftOut = texts.Length == 0 ? [] : [$"Not read: {string.Join(", ", texts.Select(name => $"{name} ({TextIn(table, name)})"))}"];
        string[] gaps = filled == 0 ? [] : [$"{filled} missing values are filled with the value before them, or 0 at a beginning"];
        return new ExampleList(names, rows, [.. table.Notes, found, .. leftOut, .. gaps]);
    }

    /// <summary>A value of a column that has texts and not a single number; null for other columns.</summary>
    private static string? TextIn(ExampleList table, string column)
    {
        Example? first = null;
        foreach (Example row in table.Rows)
        {
            if (!row.Has(column) || IsMissing(row[column])) continue;
            if (IsNumber(row[column])) return null;
            first ??= row;
        }

        return first is null ? null : $"text: '{first[column]}' in line {first.Where.Line}";
    }

    private static bool IsMissing(string text) => text.Trim() is MissingMark or "" or "NaN" or "nan";

    private static bool IsNumber(string text) => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static float? Number(string text, SourceLocation where, string? column = null)
    {
        string value = text.Trim();
        if (IsMissing(value)) return null;
        if (float.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && float.IsFinite(number)) return number;
        throw new InvalidInputException(
            $"\"{value}\"{(column is null ? "" : $" in {column}")} is no number",
            column is null ? "Correct it" : "Correct it, or name the columns of numbers with data.values", where);
    }

    private static float[,] Fill(float?[][] dimensions, ref int filled)
    {
        float[,] series = new float[dimensions[0].Length, dimensions.Length];
        for (int d = 0; d < dimensions.Length; d++)
        {
            float before = 0;
            for (int t = 0; t < dimensions[d].Length; t++)
            {
                if (dimensions[d][t] is null) filled++;
                series[t, d] = before = dimensions[d][t] ?? before;
            }
        }

        return series;
    }
}
