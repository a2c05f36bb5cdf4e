using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>A table with a row for each time of each series.</summary>
/// <param name="SeriesColumns">The columns that identify the series of a row; empty for a single series.</param>
/// <param name="Known">The inputs that are known for the forecast rows.</param>
internal sealed record LaidOutTable(
    Table Table, IReadOnlyList<string> SeriesColumns, IReadOnlyList<string> Inputs, IReadOnlyList<string> Targets, IReadOnlyList<string> Known);

/// <summary>Converts all layouts of several series to the long one.</summary>
internal static class SeriesLayouts
{
    public const string AllColumns = "*";

    /// <summary>The name of the target if each column or row of a table is a series.</summary>
    public const string Value = "value";

    private const string SeriesName = "series";

    /// <exception cref="InvalidInputException">A column is missing, or named twice.</exception>
    public static LaidOutTable ToLong(ForecastDataSpec spec, Table table) => spec.Layout switch
    {
        SeriesLayout.Columns => OfColumns(spec, table),
        SeriesLayout.Rows => OfRows(table),
        _ => OfLong(spec, table),
    };

    private static LaidOutTable OfLong(ForecastDataSpec spec, Table table)
    {
        List<string> targets = Targets(spec, table);
        List<string> inputs = [];
        foreach (string name in spec.Inputs)
        {
            if (name == AllColumns) inputs.AddRange(AllNumbers(table).Where(column => !spec.Series.Contains(column) && !IsEmbedded(column)));
            else if (!IsEmbedded(name)) inputs.Add(table.Find(name).Name);
        }

        foreach (string known in spec.Known)
            if (table.Find(known) is { Name: var name } && !inputs.Contains(name) && !IsEmbedded(name)) inputs.Add(name);
        foreach (string name in spec.Series) table.Find(name);
        if (inputs.Count == 0) throw new InvalidInputException("data.inputs names no column", "Name one, or * for all columns of numbers", new(table.Name));
        RefuseRepeated("data.inputs", inputs);
        if (spec.Known.FirstOrDefault(targets.Contains) is { } both)
            throw new InvalidInputException($"Column '{both}' is to be forecast and known ahead", "Name it in one of data.targets and data.known");
        return new(table, spec.Series, inputs, targets, spec.Known);

        bool IsEmbedded(string column) => spec.Embedded?.Contains(column) ?? false;
    }

    private static List<string> Targets(ForecastDataSpec spec, Table table)
    {
        if (spec.Targets.Count == 0)
            throw new InvalidInputException("data.targets names no column", $"Name one of {string.Join(", ", AllNumbers(table).Take(20))}", new(table.Name));
        foreach (string name in spec.Targets.Where(name => name != AllColumns)) table.Numbers(name);
        List<string> targets = [.. spec.Targets.SelectMany(name => name == AllColumns ? AllNumbers(table).Where(IsFree) : [name])];
        RefuseRepeated("data.targets", targets);
        if (spec.FillDown?.FirstOrDefault(targets.Contains) is { } filled)
        {
            throw new InvalidInputException(
                $"data.fillDown names column '{filled}', which is to be forecast: what nobody observed would be trained on and scored",
                "Leave it out of data.fillDown; rows without a target are no mistake");
        }

        if (targets.Count == 0) throw new InvalidInputException("the table has no column of numbers to forecast", "Give a table with numbers", new(table.Name));
        return targets;

        bool IsFree(string column) => !spec.Series.Contains(column) && !spec.Known.Contains(column);
    }

    /// <summary>Turns each target column into a series, from its first value on; the other columns are shared by all.</summary>
    private static LaidOutTable OfColumns(ForecastDataSpec spec, Table table)
    {
        List<string> targets = Targets(spec, table);
        int[][] each =
        [
            .. targets.Select(table.Numbers).Select(column => Enumerable.Range(0, table.Rows).SkipWhile(row => !double.IsFinite(column.Values[row])).ToArray()),
        ];
        int[] rows = [.. each.SelectMany(own => own)];
        Column[] values = [.. targets.Select((name, i) => table.Numbers(name).Select(each[i]))];
        Column[] others = [.. table.Columns.Where(column => !targets.Contains(column.Name) && column.Name is not (Value or SeriesName))];
        string?[] names = [.. each.SelectMany((own, i) => Enumerable.Repeat(targets[i], own.Length))];
        Table all = table.With(
            [new Column(SeriesName, names), Column.Join(Value, values), .. others.Select(column => column.Select(rows))], table.Times?.Select(rows));
        string[] inputs =
        [
            Value,
            .. spec.Inputs.SelectMany(name =>
            name == AllColumns ? AllNumbers(table).Where(column => Array.Exists(others, other => other.Name == column)) : [name])
                .Concat(spec.Known).Where(name => !targets.Contains(name) && !(spec.Embedded?.Contains(name) ?? false)).Distinct(),
        ];
        foreach (string name in inputs) all.Find(name);
        return new(all, [SeriesName], inputs, [Value], spec.Known);
    }

    /// <summary>Turns each row into a series, from its first value to its last.</summary>
    private static LaidOutTable OfRows(Table table)
    {
        Column[] values = [.. table.Columns.Skip(1)];
        if (Array.Find(values, column => column.Kind == ColumnKind.Texts) is { } texts)
        {
            throw new InvalidInputException(
                $"column '{texts.Name}' is of texts, and data.layout is rows: behind the first column, which names the series, each is a time",
                "Remove the column, or join it with the first one", table.At(0, texts));
        }

        foreach (Column column in values.Where(column => column.Kind != ColumnKind.Empty)) table.Numbers(column.Name);
        HashSet<string> distinct = [];
        List<string?> names = [];
        List<double> all = [];
        for (int row = 0; row < table.Rows; row++)
        {
            int first = Array.FindIndex(values, column => double.IsFinite(column.Values[row])),
                last = Array.FindLastIndex(values, column => double.IsFinite(column.Values[row]));
            if (first < 0) continue;
            string name = table.Columns[0].TextOf(row) ?? string.Create(CultureInfo.InvariantCulture, $"row {row + 1}");
            if (!distinct.Add(name))
            {
                throw new InvalidInputException(
                    $"Two rows are called '{name}'", "Give each row a name of its own in the first column", table.At(row, table.Columns[0]));
            }


            for (int i = first; i <= last; i++)
            {
                names.Add(name);
                all.Add(values[i].Values[row]);
            }
        }

        if (all.Count == 0) throw new InvalidInputException("no row has a number behind its first field", "Give a series a row, its name first",
            new(table.Name));
        return new(table.With([new Column(SeriesName, [.. names]), new Column(Value, [.. all])], null), [SeriesName], [Value], [Value], []);
    }

    private static IEnumerable<string> AllNumbers(Table table) =>
        table.Columns.Where(column => column.IsNumeric && column.LeftOut is null).Select(column => column.Name);

    private static void RefuseRepeated(string key, IReadOnlyList<string> names)
    {
        string? repeated = names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (repeated is not null) throw new InvalidInputException($"{key} names column '{repeated}' twice", "Name each column once");
    }
}
