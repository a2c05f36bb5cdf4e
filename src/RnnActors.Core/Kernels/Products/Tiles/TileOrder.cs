namespace RnnActors.Core.Kernels.Products.Tiles;

/// <summary>How the rows of A lie that a tile multiplies, known when the tile is compiled.</summary>
internal interface ITileOrder
{
    /// <summary>
    /// Whether the rows' values of one k lie side by side, and those of the next k behind them. Otherwise each row lies by itself, with its values of k side by
    /// side.
    /// </summary>
    static abstract bool IsPacked { get; }
}

/// <summary>A matrix's own rows.</summary>
internal readonly struct MatrixRows : ITileOrder
{
    public static bool IsPacked => false;
}

/// <summary>(depth, rows): packed for the tile.</summary>
internal readonly struct PackedRows : ITileOrder
{
    public static bool IsPacked => true;
}
