using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tables;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>Columns that name a series only in its first row, as spreadsheets save merged cells.</summary>
internal static class MergedCells
{
    /// <summary>How the user can fill the cells of a column.</summary>
    public static string Remedy(string column) => $"Fill its empty cells with those above them by --fill-down {column} (data.fillDown=[\"{column}\"])";

    /// <summary>A column that has values in the first row and in a given row, and is empty in the rows between, at least one.</summary>
    public static Column? Find(Table table, int row) => row < 2 ? null : table.Columns.FirstOrDefault(column =>
        column.Kind is ColumnKind.Texts or ColumnKind.Numbers && column.TextOf(0) is not null && column.TextOf(row) is not null
        && Enumerable.Range(1, row - 1).All(between => column.TextOf(between) is null));

    /// <summary>The error for a row without a series.</summary>
    public static InvalidInputException Untold(Table table, Column id, int row)
    {
        int above = row - 1;
        while (above >= 0 && id.TextOf(above) is null) above--;
        int empty = Enumerable.Range(0, table.Rows).Count(other => id.TextOf(other) is null);
        bool isMerged = above >= 0 && 2 * empty > table.Rows;
        string problem = $"The series of this row is not told: column '{id.Name}' is empty";
        return isMerged
            ? new(
                problem + string.Create(CultureInfo.InvariantCulture, $", as in {empty:N0} of {table.Rows:N0} rows; the last above is '{id.TextOf(above)}'"),
                Remedy(id.Name), table.At(row, id))
            : new(problem, "Give it", table.At(row, id));
    }
}
