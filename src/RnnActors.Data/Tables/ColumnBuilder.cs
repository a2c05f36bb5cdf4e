namespace RnnActors.Data.Tables;

/// <summary>Collects a column's fields as the file is read.</summary>
internal sealed class ColumnBuilder(string name, NumberField number, HashSet<string>.AlternateLookup<ReadOnlySpan<char>> missing)
{
    private readonly List<double> _values = [];
    private readonly List<int> _offsets = [];
    private int _faultRow = -1;
    private string _faultText = "";

    public string Name => name;

    public void Add(ReadOnlySpan<char> field, int offset)
    {
        _offsets.Add(offset);
        double value = double.NaN;
        if (!field.IsEmpty && !missing.Contains(field) && !number.TryParse(field, out value))
        {
            value = double.NaN;
            if (_faultRow < 0) (_faultRow, _faultText) = (_values.Count, field.ToString());
        }

        _values.Add(value);
    }

    public Column Build() => new(name, [.. _values]) { Offsets = [.. _offsets], FaultRow = _faultRow, FaultText = _faultText };
}
