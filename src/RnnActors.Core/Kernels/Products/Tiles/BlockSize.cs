namespace RnnActors.Core.Kernels.Products.Tiles;

/// <summary>How a length is cut into blocks.</summary>
internal static class BlockSize
{
    /// <summary>The length of equal blocks (the last may be shorter) in whole units, none longer than <paramref name="max"/>.</summary>
    public static int Even(int length, int max, int unit)
    {
        int blocks = Math.Max(1, (length + max - 1) / max);
        return Math.Max(1, (length + (blocks * unit) - 1) / (blocks * unit)) * unit;
    }
}
