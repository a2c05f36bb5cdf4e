namespace RnnActors.Data.Tables;

/// <summary>Collects a column's values as the file is read. The fields stay in the file.</summary>
/// <param name="index">The column's place in a record.</param>
/// <param name="rows">About how many there are.</param>
internal sealed class ColumnBuilder(string name, int index, NumberField number, DecimalMarks marks, FieldSource fields, int rows)
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing = fields.Missing;
    private double[] _values = GC.AllocateUninitializedArray<double>(rows);
    private int _count;

    public DecimalMarks Marks => marks;

    public void Add(ReadOnlySpan<char> field, int offset)
    {
        double value = double.NaN;
        if (!field.IsEmpty && !_missing.Contains(field))
        {
            if (!number.TryParse(field, out value)) value = double.NaN;
            marks.Look(field, offset);
        }

        if (_count == _values.Length) Array.Resize(ref _values, _count + (_count / 2) + 16);
        _values[_count++] = value;
    }

    /// <param name="records">Where each record begins.</param>
    /// <param name="isUnnamed">Whether the header has an empty name for the column.</param>
    /// <param name="dates">Reads what are dates.</param>
    public Column Build(IReadOnlyList<int> records, bool isUnnamed, DateReading dates, FieldPlaces places)
    {
        Array.Resize(ref _values, _count);
        double[] values = _values;
        _values = [];
        int OffsetAt(int row) => fields.OffsetOf(records[row], index);
        return new ColumnFields(name, values, row => fields.At(OffsetAt(row)), OffsetAt) { IsUnnamed = isUnnamed }.Decide(dates, places);
    }
}
