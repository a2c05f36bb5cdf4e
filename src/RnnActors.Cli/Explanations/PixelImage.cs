using RnnActors.Cli.Plots;
using SkiaSharp;

namespace RnnActors.Cli.Explanations;

/// <summary>
/// A heat map as a stretchable image for a page. Values near zero are transparent, on a light or dark background. Negative values are also striped, for readers
/// who see no colours, and for print.
/// </summary>
internal static class PixelImage
{
    /// <summary>The maximum number of cells in a line; more are averaged.</summary>
    private const int MaxColumns = 1200;

    /// <summary>The height of a stripe in pixels.</summary>
    private const int Stripe = 2;

    /// <summary>The number of stripes of a cell, if they are vertical: every other one shows its value.</summary>
    private const int StripesAcross = 6;

    /// <param name="height">In pixels of the page, so that stripes have a fixed width there.</param>
    /// <returns>A <c>data:</c> address.</returns>
    public static string Of(SignedHeatmap map, int height)
    {
        int rows = map.Values.GetLength(0), columns = map.Values.GetLength(1);
        int eachColumn = (columns + MaxColumns - 1) / MaxColumns;
        // If rows are too low for horizontal stripes, stripes are vertical.
        bool goAcross = height / rows < SignedColours.MinHeightOfStripes && columns * StripesAcross <= MaxColumns;
        int wide = goAcross ? StripesAcross : 1;
        double range = RangeOf(map);
        using var bitmap = new SKBitmap(wide * ((columns + eachColumn - 1) / eachColumn), height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (int y = 0; y < bitmap.Height; y++)
        {
            // If there are more rows than pixels, several are averaged.
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

    /// <summary>The value of the full colour.</summary>
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
