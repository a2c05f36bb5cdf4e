using RnnActors.Cli.Plots;
using SkiaSharp;

namespace RnnActors.Cli.Explanations;

/// <summary>
/// A heat map as a picture that a page shows as wide as it likes. The nearer to zero, the more the page's ground is seen through it, light or dark. What is
/// below zero has stripes as well, for those who see no colours, and for paper.
/// </summary>
internal static class PixelImage
{
    /// <summary>More cells in a line are averaged.</summary>
    private const int MaxColumns = 1200;

    /// <summary>The height of a stripe in pixels.</summary>
    private const int Stripe = 2;

    /// <summary>Stripes of a cell, where they go across: as many of itself as between them.</summary>
    private const int StripesAcross = 6;

    /// <param name="height">In pixels of the page, so that stripes are as wide as the page has them.</param>
    /// <returns>A <c>data:</c> address.</returns>
    public static string Of(SignedHeatmap map, int height)
    {
        int rows = map.Values.GetLength(0), columns = map.Values.GetLength(1);
        int eachColumn = (columns + MaxColumns - 1) / MaxColumns;
        // Where rows are too low for stripes along them, stripes go across.
        bool goAcross = height / rows < SignedColours.MinHeightOfStripes && columns * StripesAcross <= MaxColumns;
        int wide = goAcross ? StripesAcross : 1;
        double range = RangeOf(map);
        using var bitmap = new SKBitmap(wide * ((columns + eachColumn - 1) / eachColumn), height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (int y = 0; y < bitmap.Height; y++)
        {
            // Of more rows than pixels, several are averaged in one.
            int row = (int)((long)y * rows / height), eachRow = Math.Max(1, (int)((long)(y + 1) * rows / height) - row);
            for (int x = 0; x < bitmap.Width; x++)
            {
                double share = Math.Clamp(Mean(map.Values, row, eachRow, x / wide * eachColumn, eachColumn) / range, -1, 1);
                var colour = share < 0 ? SignedColours.Lowers : SignedColours.Raises;
                double opaque = Math.Abs(SignedColours.Striped(share, goAcross ? x : y / Stripe));
                bitmap.SetPixel(x, y, new SKColor(colour.R, colour.G, colour.B, (byte)Math.Round(255 * opaque)));
            }
        }

        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return $"data:image/png;base64,{Convert.ToBase64String(data.ToArray())}";
    }

    /// <summary>The number that has the full colour.</summary>
    public static double RangeOf(SignedHeatmap map) => map.Range > 0 ? map.Range : Math.Max(1e-12, map.Values.Cast<double>().Max(Math.Abs));

    private static double Mean(double[,] values, int row, int rows, int column, int columns)
    {
        double sum = 0;
        int count = 0;
        for (int y = row; y < Math.Min(row + rows, values.GetLength(0)); y++)
            for (int x = column; x < Math.Min(column + columns, values.GetLength(1)); x++, count++) sum += values[y, x];
        return sum / count;
    }
}
