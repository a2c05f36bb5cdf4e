namespace RnnActors.Core.Kernels.Products.Tiles;

/// <summary>How the rows of A that a tile multiplies lie in memory; known when the tile is compiled.</summary>
internal interface ITileOrder
{
    /// <summary>
    /// True where the values of all rows for one k lie side by side, followed by those of the next k. False where each row lies by itself, with its values of k
    /// side by side.
    /// </summary>
    static abstract bool IsPacked { get; }
}

/// <summary>Rows of a matrix as it is.</summary>
internal readonly struct MatrixRows : ITileOrder
{
    public static bool IsPacked => false;
}

/// <summary>(depth, rows): packed for the tile.</summary>
internal readonly struct PackedRows : ITileOrder
{
    public static bool IsPacked => true;
}
