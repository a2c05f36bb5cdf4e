using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>Makes a table from the columns of a file.</summary>
internal static class TableMaker
{
    /// <param name="headerHint">What the user can do if a column is not found; null for nothing.</param>
    public static Table Make(
        CsvFormat format, IReadOnlyList<Column> columns, FieldPlaces places, List<string> notes, string? headerHint = null)
    {
        (TableTimes? times, IReadOnlyList<Column> used) = new TimeFinder(format, columns, places, notes) { HeaderHint = headerHint }.Find();
        Column[] others = [.. columns.Where(column => times is null || !used.Contains(column))];
        if (others.Length == 0) throw new InvalidInputException("The file has a column of dates and no other", where: places.Table);
        if (others is [{ Kind: ColumnKind.Counter, IsUnnamed: false } only]) others = [only.AsNumbers()]; // there is nothing else to read

        foreach (Column column in others)
        {
            if (column.Kind == ColumnKind.Dates && times?.Name != column.Name)
                notes.Add($"Column '{column.Name}' is left out, as it is {column.LeftOut}; if it is the time of the rows, name it in data.time.");
            if (column.Kind == ColumnKind.Counter)
                notes.Add($"Column '{column.Name}' is left out, as it is a row number; name it in data.inputs to read it all the same.");
        }

        return new(others, times, notes, places) { HeaderHint = headerHint };
    }
}
