namespace RnnActors.Data.Tables;

/// <summary>Collects a column's values while a file is read. The fields themselves stay in the file.</summary>
/// <param name="index">The column's index in a record.</param>
/// <param name="rows">The approximate number of rows.</param>
internal sealed class ColumnBuilder(string name, int index, NumberField number, DecimalMarks marks, FieldSource fields, int rows)
{
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing = fields.Missing;
    private double[]? _values; // from the first number on
    private List<int>? _sources; // for each row, the row whose field it has, if fields are filled down
    private int _count;

    public DecimalMarks Marks => marks;

    /// <summary>Whether a missing field takes the value of the row above (forward fill).</summary>
    public bool FillsDown
    {
        get => _sources is not null;
        init => _sources = value ? new(rows) : null;
    }

    /// <summary>How many fields were filled from above.</summary>
    public int Filled { get; private set; }

    public void Add(ReadOnlySpan<char> field, int offset)
    {
        double value = double.NaN;
        bool isMissing = field.IsEmpty || _missing.Contains(field);
        if (isMissing && _sources is [.., >= 0 and var above])
        {
            if (_values is not null) value = _values[above];
            _sources.Add(above);
            Filled++;
        }
        else _sources?.Add(isMissing ? -1 : _count);

        if (!isMissing)
        {
            if (!number.TryParse(field, out value)) value = double.NaN;
            marks.Observe(field, offset);
        }

        if (_values is null && !double.IsNaN(value))
        {
            _values = GC.AllocateUninitializedArray<double>(Math.Max(rows, _count + 1));
            _values.AsSpan(0, _count).Fill(double.NaN);
        }

        if (_count == _values?.Length) Array.Resize(ref _values, _count + (_count / 2) + 16);
        if (_values is not null) _values[_count] = value;
        _count++;
    }

    /// <param name="records">Where each record begins.</param>
    /// <param name="isUnnamed">Whether the column's name in the header is empty.</param>
    /// <param name="dates">Recognises dates.</param>
    public Column Build(IReadOnlyList<int> records, bool isUnnamed, DateReading dates, FieldPlaces places)
    {
        if (_values is not null) Array.Resize(ref _values, _count);
        double[]? values = _values;
        _values = null;
        int OffsetAt(int row) => fields.OffsetOf(records[row], index);
        string? FieldAt(int row) => _sources is null ? fields.At(OffsetAt(row)) : _sources[row] < 0 ? null : fields.At(OffsetAt(_sources[row]));
        return new ColumnFields(name, values, _count, FieldAt, OffsetAt) { IsUnnamed = isUnnamed }.Decide(dates, places);
    }
}
