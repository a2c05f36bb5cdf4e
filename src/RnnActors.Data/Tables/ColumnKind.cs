namespace RnnActors.Data.Tables;

/// <summary>What the fields of a column are.</summary>
public enum ColumnKind
{
    Numbers,

    /// <summary>true and false, or yes and no: 1 and 0.</summary>
    Booleans,
    Texts,

    /// <summary>Dates or epochs that are not the time of the rows.</summary>
    Dates,

    /// <summary>The number of the row.</summary>
    Counter,

    /// <summary>No field has a value.</summary>
    Empty,
}
