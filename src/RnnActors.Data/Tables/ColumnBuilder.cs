using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>Collects a column's fields as the file is read, and says at the end what they are.</summary>
internal sealed class ColumnBuilder(string name, NumberField number, DecimalMarks? marks, FieldSource fields)
{
    private readonly List<double> _values = [];
    private readonly List<int> _offsets = [];
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _missing = fields.Missing;
    private int _numbers, _others;
    private int _firstOther = -1;

    public string Name => name;

    /// <summary>Null where a culture is set.</summary>
    public DecimalMarks? Marks => marks;

    public void Add(ReadOnlySpan<char> field, int offset)
    {
        _offsets.Add(offset);
        double value = double.NaN;
        if (!field.IsEmpty && !_missing.Contains(field))
        {
            if (number.TryParse(field, out value)) _numbers++;
            else
            {
                value = double.NaN;
                _others++;
                if (_firstOther < 0) _firstOther = _values.Count;
            }

            marks?.Look(field, offset);
        }

        _values.Add(value);
    }

    /// <param name="isUnnamed">Whether the header has an empty name for the column.</param>
    /// <param name="dates">Reads what are dates.</param>
    public Column Build(bool isUnnamed, DateReading dates, FieldPlaces places)
    {
        double[] values = [.. _values];
        int[] offsets = [.. _offsets];
        string? FieldAt(int row) => fields.At(offsets[row]);
        Column Made(ColumnKind kind, string? leftOut, FieldFault? fault = null, double[]? numbers = null) =>
            new(name, numbers ?? values, kind, FieldAt) { Offsets = offsets, LeftOut = leftOut, Fault = fault, IsUnnamed = isUnnamed };

        if (_numbers + _others == 0) return Made(ColumnKind.Empty, "no value");
        if (_others == 0)
        {
            if (IsCounter(values, isUnnamed)) return Made(ColumnKind.Counter, "a row number");
            if (DateNumbers.Recognise(values) is { } kind) return Made(ColumnKind.Dates, $"dates, as {kind}");
            return Made(ColumnKind.Numbers, null);
        }

        string first = FieldAt(_firstOther)!;
        var fault = new FieldFault(_firstOther, $"'{first}' in column '{name}' is not a finite number", Remedy(first));
        int[] others = [.. Enumerable.Range(0, values.Length).Where(row => double.IsNaN(values[row]) && FieldAt(row) is not null)];
        if (_numbers == 0 && BooleanField.Read(others.Select(row => FieldAt(row)!), out bool?[] truths) is { } isBoolean && isBoolean)
        {
            for (int i = 0; i < truths.Length; i++) if (truths[i] is { } truth) values[others[i]] = truth ? 1 : 0;
            int wrong = Array.FindIndex(truths, truth => truth is null);
            return Made(ColumnKind.Booleans, null, wrong < 0 ? null : new(others[wrong], $"'{FieldAt(others[wrong])}' in column '{name}' is neither true nor false", Remedy("")));
        }

        if (_numbers > 0 && (_numbers >= _others || Array.TrueForAll(others, row => MissingLike.Is(FieldAt(row)!)))) return Made(ColumnKind.Numbers, null, fault);
        if (dates.IsDate(first) && Array.TrueForAll(others, row => dates.IsDate(FieldAt(row)!))) return Made(ColumnKind.Dates, "dates", fault);
        return Made(ColumnKind.Texts, $"text: '{first}' {places.Words(_firstOther, Made(ColumnKind.Texts, null))}", fault);
    }

    /// <summary>Whole numbers that rise by one from row to row.</summary>
    private static bool IsCounter(double[] values, bool isUnnamed)
    {
        const int fewest = 3;
        if (values.Length < (isUnnamed ? 1 : fewest) || (isUnnamed && values[0] is not (0 or 1)) || Math.Floor(values[0]) != values[0]) return false;
        for (int row = 1; row < values.Length; row++) if (!(values[row] - values[row - 1] == 1)) return false;
        return true;
    }

    private string Remedy(string field)
    {
        int last = _offsets.Count - 1;
        bool isFooter = _firstOther > 0 && last - _firstOther < Footer.MostLines && _others + _numbers > _others
            && Enumerable.Range(_firstOther, last - _firstOther + 1).All(row => double.IsNaN(_values[row]));
        string culture = DecimalMarks.Decide(field) is { } fitting
            ? $"set data.culture if numbers are written in another way: {fitting} reads this one"
            : "set data.culture if numbers are written in another way";
        string footer = isFooter
            ? string.Create(CultureInfo.InvariantCulture, $", or set data.footerLines to {last - _firstOther + 1} if the file ends before it")
            : "";
        return $"Correct it, name it in data.missingValues if it means that the value is missing, or {culture}{footer}";
    }
}
