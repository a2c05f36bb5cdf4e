using System.Globalization;
using RnnActors.Data.Tables;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>What is in a table, for people.</summary>
internal static class TableSummary
{
    public static DataFileSummary Of(string path, IReadOnlyList<string> missingValues)
    {
        Table table = TableFile.Read(path, new CsvFormat { MissingValues = missingValues });
        string[] numbers = [.. table.Columns.Where(column => column.IsNumeric).Select(column => column.Name)];
        return new DataFileSummary(
            $"{path}: a table of {Figures.Plural(table.Rows, "row")} and {Figures.Plural(table.Columns.Count, "column")}{Span(table)}",
            new SummaryTable(["column", "smallest", "mean", "largest", "missing"], [.. table.Columns.Select(Row)]),
            numbers.Length switch
            {
                0 => null,
                1 => [],
                _ => ["--target", numbers[^1]],
            });
    }

    private static string Span(Table table) =>
        table.Times?.Local is { Count: > 0 } times
            ? string.Create(CultureInfo.InvariantCulture, $", from {times[0]:yyyy-MM-dd HH:mm} to {times[^1]:yyyy-MM-dd HH:mm}")
            : "";

    private static string[] Row(Column column)
    {
        if (!column.IsNumeric) return [column.Name, "no numbers", "", "", ""];
        double[] known = [.. column.Values.Where(double.IsFinite)];
        return [column.Name, Figures.Number(known.Min()), Figures.Number(known.Average()), Figures.Number(known.Max()),
            Figures.Count(column.Values.Length - known.Length)];
    }
}
