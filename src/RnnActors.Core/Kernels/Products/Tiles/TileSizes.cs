namespace RnnActors.Core.Kernels.Products.Tiles;

/// <summary>A number known when a tile is compiled: its rows, or its vectors of columns.</summary>
internal interface ITileSize
{
    static abstract int Size { get; }
}

internal readonly struct One : ITileSize
{
    public static int Size => 1;
}

internal readonly struct Two : ITileSize
{
    public static int Size => 2;
}

internal readonly struct Three : ITileSize
{
    public static int Size => 3;
}

internal readonly struct Four : ITileSize
{
    public static int Size => 4;
}

internal readonly struct Five : ITileSize
{
    public static int Size => 5;
}

internal readonly struct Six : ITileSize
{
    public static int Size => 6;
}

internal readonly struct Seven : ITileSize
{
    public static int Size => 7;
}

internal readonly struct Eight : ITileSize
{
    public static int Size => 8;
}

internal readonly struct Nine : ITileSize
{
    public static int Size => 9;
}

internal readonly struct Ten : ITileSize
{
    public static int Size => 10;
}

internal readonly struct Eleven : ITileSize
{
    public static int Size => 11;
}

internal readonly struct Twelve : ITileSize
{
    public static int Size => 12;
}
