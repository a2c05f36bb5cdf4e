namespace RnnActors.Data.Tables;

/// <summary>A column of a table. Its values are numbers where they can be read as such.</summary>
public sealed partial class Column
{
    private readonly Func<int, string?>? _fieldAt;
    private IReadOnlyList<string?>? _texts;
    private double[]? _values;

    /// <param name="name">Unique in its table.</param>
    /// <param name="values">A number for each row; NaN where it is missing or not a number.</param>
    public Column(string name, double[] values)
        : this(name, values, Array.Exists(values, double.IsFinite) ? ColumnKind.Numbers : ColumnKind.Empty)
    {
        if (Kind == ColumnKind.Empty) LeftOut = "no value";
    }

    /// <param name="name">Unique in its table.</param>
    /// <param name="texts">A text for each row, such as the name of its series or a category; null where it is missing.</param>
    public Column(string name, IReadOnlyList<string?> texts)
        : this(name, null, texts.Count, ColumnKind.Texts, row => texts[row])
    {
    }

    /// <param name="fieldAt">The field of a row as written, null where it is missing; null for a column that is not from a file.</param>
    internal Column(string name, double[] values, ColumnKind kind, Func<int, string?>? fieldAt = null)
        : this(name, values, values.Length, kind, fieldAt)
    {
    }

    /// <param name="values">Null if no row has a number.</param>
    internal Column(string name, double[]? values, int rows, ColumnKind kind, Func<int, string?>? fieldAt) =>
        (Name, _values, Rows, Kind, _fieldAt) = (name, values, rows, kind, fieldAt);

    public string Name { get; }

    /// <summary>The values as numbers; booleans are 0 and 1, NaN stands for missing values and fields that are not numbers.</summary>
    public double[] Values => _values ??= Missing(Rows);

    public ColumnKind Kind { get; }

    /// <summary>The fields of texts and booleans as written, null where they are missing; null for other columns.</summary>
    public IReadOnlyList<string?>? Texts => _texts ??= Kind is ColumnKind.Texts or ColumnKind.Booleans && _fieldAt is not null
        ? [.. Enumerable.Range(0, Rows).Select(_fieldAt)]
        : null;

    /// <summary>True for numbers and booleans. A field that is neither is an error in the file, which <see cref="Table.Numbers"/> reports.</summary>
    public bool IsNumeric => Kind is ColumnKind.Numbers or ColumnKind.Booleans;

    /// <summary>Why <c>*</c> does not select the column, as a short clause; null if it does.</summary>
    public string? LeftOut { get; internal init; }

    /// <summary>The offset of each row's field in the text; null if the table has no text.</summary>
    internal Func<int, int>? OffsetAt { get; init; }

    /// <summary>The first field that does not fit the column's kind and is not missing; null for none.</summary>
    internal FieldFault? Fault { get; init; }

    /// <summary>The column's dates if the file declares the type; null if they are written as text.</summary>
    internal DateColumn? Dates { get; init; }

    /// <summary>Whether the header of the file has an empty name for the column.</summary>
    internal bool IsUnnamed { get; init; }

    internal int Rows { get; }

    /// <summary>Whether any row has a number. Columns of texts and dates without numbers take no memory for them.</summary>
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
