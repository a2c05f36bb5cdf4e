namespace RnnActors.Data.Tables;

/// <summary>The kind of a column's fields.</summary>
public enum ColumnKind
{
    Numbers,

    /// <summary>true and false, or yes and no; their values are 1 and 0.</summary>
    Booleans,
    Texts,

    /// <summary>Dates or epochs, in a column that is not the time of the rows.</summary>
    Dates,

    /// <summary>Row numbers.</summary>
    Counter,

    /// <summary>No row has a value.</summary>
    Empty,
}
