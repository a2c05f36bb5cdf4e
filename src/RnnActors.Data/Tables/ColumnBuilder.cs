namespace RnnActors.Data.Tables;

/// <summary>Collects a column's fields as the file is read.</summary>
internal sealed class ColumnBuilder(string name, NumberField number, DecimalMarks marks, FieldSource fields)
{
    private readonly List<double> _values = [];
    private readonly List<int> _offsets = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing = fields.Missing;

    public string Name => name;

    public DecimalMarks Marks => marks;

    public void Add(ReadOnlySpan<char> field, int offset)
    {
        _offsets.Add(offset);
        double value = double.NaN;
        if (!field.IsEmpty && !_missing.Contains(field))
        {
            if (!number.TryParse(field, out value)) value = double.NaN;
            marks.Look(field, offset);
        }

        _values.Add(value);
    }

    /// <param name="isUnnamed">Whether the header has an empty name for the column.</param>
    /// <param name="dates">Reads what are dates.</param>
    public Column Build(bool isUnnamed, DateReading dates, FieldPlaces places)
    {
        int[] offsets = [.. _offsets];
        return new ColumnFields(name, [.. _values], row => fields.At(offsets[row]), offsets) { IsUnnamed = isUnnamed }.Decide(dates, places);
    }
}
