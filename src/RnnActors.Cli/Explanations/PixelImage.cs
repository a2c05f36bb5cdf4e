using RnnActors.Cli.Plots;
using SkiaSharp;

namespace RnnActors.Cli.Explanations;

/// <summary>A heat map as a picture of one pixel a cell, which a page shows as large as it likes. The nearer to zero, the more the page's ground is seen
/// through it, light or dark.</summary>
internal static class PixelImage
{
    /// <summary>More cells in a line are averaged.</summary>
    private const int MostColumns = 1200, MostRows = 600;

    /// <returns>A <c>data:</c> address.</returns>
    public static string Of(SignedHeatmap map)
    {
        int rows = map.Values.GetLength(0), columns = map.Values.GetLength(1);
        int eachRow = (rows + MostRows - 1) / MostRows, eachColumn = (columns + MostColumns - 1) / MostColumns;
        double range = RangeOf(map);
        using var bitmap = new SKBitmap((columns + eachColumn - 1) / eachColumn, (rows + eachRow - 1) / eachRow, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        for (int y = 0; y < bitmap.Height; y++)
        {
            for (int x = 0; x < bitmap.Width; x++)
            {
                double share = Math.Clamp(Mean(map.Values, y * eachRow, eachRow, x * eachColumn, eachColumn) / range, -1, 1);
                var colour = share < 0 ? SignedColours.Lowers : SignedColours.Raises;
                bitmap.SetPixel(x, y, new SKColor(colour.R, colour.G, colour.B, (byte)Math.Round(255 * Math.Abs(share))));
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
