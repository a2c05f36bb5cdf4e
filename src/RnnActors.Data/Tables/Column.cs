namespace RnnActors.Data.Tables;

/// <summary>A column and its values as numbers, as far as they are numbers.</summary>
public sealed partial class Column
{
    private readonly Func<int, string?>? _fieldAt;
    private IReadOnlyList<string?>? _texts;
    private double[]? _values;

    /// <param name="name">Unique in its table.</param>
    /// <param name="values">A number a row; NaN where it is missing or is none.</param>
    public Column(string name, double[] values)
        : this(name, values, Array.Exists(values, double.IsFinite) ? ColumnKind.Numbers : ColumnKind.Empty)
    {
        if (Kind == ColumnKind.Empty) LeftOut = "no value";
    }

    /// <param name="name">Unique in its table.</param>
    /// <param name="texts">A text a row, such as the name of its series or a category; null where it is missing.</param>
    public Column(string name, IReadOnlyList<string?> texts)
        : this(name, null, texts.Count, ColumnKind.Texts, row => texts[row])
    {
    }

    /// <param name="fieldAt">The field of a row as it is written, null where it is missing; null for a column that is not from a file.</param>
    internal Column(string name, double[] values, ColumnKind kind, Func<int, string?>? fieldAt = null)
        : this(name, values, values.Length, kind, fieldAt)
    {
    }

    /// <param name="values">Null where none of the rows has a number.</param>
    internal Column(string name, double[]? values, int rows, ColumnKind kind, Func<int, string?>? fieldAt) =>
        (Name, _values, Rows, Kind, _fieldAt) = (name, values, rows, kind, fieldAt);

    public string Name { get; }

    /// <summary>Booleans are 0 and 1; NaN where a value is missing or no number.</summary>
    public double[] Values => _values ??= Missing(Rows);

    public ColumnKind Kind { get; }

    /// <summary>The fields of texts and of booleans as they are written, null where they are missing; null for other columns.</summary>
    public IReadOnlyList<string?>? Texts => _texts ??= Kind is ColumnKind.Texts or ColumnKind.Booleans && _fieldAt is not null
        ? [.. Enumerable.Range(0, Rows).Select(_fieldAt)]
        : null;

    /// <summary>True for numbers and booleans. A field of them that is none is a mistake in the file, which <see cref="Table.Numbers"/> tells.</summary>
    public bool IsNumeric => Kind is ColumnKind.Numbers or ColumnKind.Booleans;

    /// <summary>Why <c>*</c> does not read the column, as a short clause; null where it does.</summary>
    public string? LeftOut { get; internal init; }

    /// <summary>Where each field begins in the source; null where the table has none.</summary>
    internal Func<int, int>? OffsetAt { get; init; }

    /// <summary>The first field that is neither missing nor what the column is; null where there is none.</summary>
    internal FieldFault? Fault { get; init; }

    /// <summary>The dates of the column where its file states its type; null where they are written.</summary>
    internal DateColumn? Dates { get; init; }

    /// <summary>Whether the header of the file has an empty name for the column.</summary>
    internal bool IsUnnamed { get; init; }

    internal int Rows { get; }

    /// <summary>Whether some row has a number. Columns of texts and of dates take no memory for those that they have not.</summary>
    internal bool HasNumbers => _values is not null && Array.Exists(_values, double.IsFinite);

    internal static double[] Missing(int rows)
    {
        double[] values = GC.AllocateUninitializedArray<double>(rows);
        values.AsSpan().Fill(double.NaN);
        return values;
    }

    internal Column AsNumbers() => new(Name, Values, ColumnKind.Numbers, _fieldAt) { OffsetAt = OffsetAt, Fault = Fault };

    internal string? FieldAt(int row) => _fieldAt?.Invoke(row);
}
