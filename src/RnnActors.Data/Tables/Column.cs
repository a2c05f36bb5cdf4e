namespace RnnActors.Data.Tables;

/// <summary>A column of numbers, or what of it is numbers.</summary>
/// <param name="name">Unique in its table.</param>
/// <param name="values">A number a row; NaN where it is missing or is none.</param>
public sealed class Column(string name, double[] values)
{
    public string Name { get; } = name;

    public double[] Values { get; } = values;

    /// <summary>Where each field begins in the source; null where the table has none.</summary>
    internal int[]? Offsets { get; init; }

    /// <summary>The row of the first field that is neither missing nor a number; -1 where there is none.</summary>
    internal int FaultRow { get; init; } = -1;

    internal string FaultText { get; init; } = "";

    /// <summary>True where the first field that is not missing is a number; a later one that is none is then a mistake in the file.</summary>
    public bool IsNumeric => Array.FindIndex(Values, double.IsFinite) is >= 0 and var first && (FaultRow < 0 || first < FaultRow);
}
