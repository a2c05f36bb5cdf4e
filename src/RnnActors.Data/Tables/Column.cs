namespace RnnActors.Data.Tables;

/// <summary>A column and its values as numbers, as far as they are numbers.</summary>
public sealed partial class Column
{
    private readonly Func<int, string?>? _fieldAt;
    private IReadOnlyList<string?>? _texts;

    /// <param name="name">Unique in its table.</param>
    /// <param name="values">A number a row; NaN where it is missing or is none.</param>
    public Column(string name, double[] values)
        : this(name, values, Array.Exists(values, double.IsFinite) ? ColumnKind.Numbers : ColumnKind.Empty)
    {
        if (Kind == ColumnKind.Empty) LeftOut = "no value";
    }

    /// <param name="fieldAt">The field of a row as it is written, null where it is missing; null for a column that is not from a file.</param>
    internal Column(string name, double[] values, ColumnKind kind, Func<int, string?>? fieldAt = null) =>
        (Name, Values, Kind, _fieldAt) = (name, values, kind, fieldAt);

    public string Name { get; }

    /// <summary>Booleans are 0 and 1; NaN where a value is missing or no number.</summary>
    public double[] Values { get; }

    public ColumnKind Kind { get; }

    /// <summary>The fields of texts and of booleans as they are written, null where they are missing; null for other columns.</summary>
    public IReadOnlyList<string?>? Texts => _texts ??= Kind is ColumnKind.Texts or ColumnKind.Booleans && _fieldAt is not null
        ? [.. Enumerable.Range(0, Values.Length).Select(_fieldAt)]
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

    internal Column AsNumbers() => new(Name, Values, ColumnKind.Numbers, _fieldAt) { OffsetAt = OffsetAt, Fault = Fault };

    internal string? FieldAt(int row) => _fieldAt?.Invoke(row);
}
