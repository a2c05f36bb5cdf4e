using RnnActors.Core.Problems;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>A summary of a table, for people.</summary>
internal static class TableSummary
{
    public static DataFileSummary Of(string path)
    {
        var spec = new ForecastDataSpec { Targets = [SeriesLayouts.AllColumns], Path = path };
        Table table = ForecastFile.Read(spec, path);
        Column[] numbers = [.. table.Columns.Where(column => column.Kind == ColumnKind.Numbers)];
        string? target = numbers.Length > 0 ? numbers[^1].Name : null;
        (IReadOnlyList<string> notes, string? series) = target is null ? (table.Notes, null) : Notes(spec with { Targets = [target] }, table);
        return new DataFileSummary(
            $"{path}: a table of {Figures.Plural(table.Rows, "row")} and {Figures.Plural(table.Columns.Count, "column")}{Span(table)}",
            new SummaryTable(["column", "smallest", "mean", "largest", "missing"], [.. table.Columns.Select(column => Row(table, column))]),
            target is null ? null : [.. numbers.Length == 1 ? [] : (string[])["--target", target], .. series is null ? [] : (string[])["--series", series]])
        {
            Notes = notes,
        };
    }

    /// <summary>Notes on how windows would be cut, or why they cannot be, and the column to name if the rows belong to several series.</summary>
    private static (IReadOnlyList<string> Notes, string? Series) Notes(ForecastDataSpec spec, Table table)
    {
        try
        {
            return (PanelBuilder.Build(spec, table).Notes, null);
        }
        catch (InvalidInputException problem)
        {
            return ([.. table.Notes, problem.Message], RowOrder.SeriesIn(spec, table));
        }
    }

    private static string Span(Table table) =>
        table.Times?.Local.Count > 0 ? $", {table.Times.Name} from {table.Times.FieldAt(0)} to {table.Times.FieldAt(table.Rows - 1)}" : "";

    private static string[] Row(Table table, Column column)
    {
        string missing = Figures.Count(Enumerable.Range(0, table.Rows).Count(row => !double.IsFinite(column.Values[row]) && column.TextOf(row) is null));
        if (!column.IsNumeric) return [column.Name, column.LeftOut ?? "no numbers", "", "", missing];
        IEnumerable<double> known = column.Values.Where(double.IsFinite);
        return [column.Name, Figures.Number(known.Min()), Figures.Number(known.Average()), Figures.Number(known.Max()), missing];
    }
}
