using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace RnnActors.Cli.Tests.Plots;

/// <summary>A plot that was saved, read again.</summary>
internal static class PlotImage
{
    /// <summary>Saves under a culture and gives the file's bytes.</summary>
    public static byte[] Save(Action<string> save, string culture = "")
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        string path = Path.Combine(Path.GetTempPath(), $"rnnactors-{Guid.NewGuid():N}.png");
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            File.Delete(path);
        }
    }

    /// <summary>How many pixels of an area (all of it where none is given) have about this colour.</summary>
    public static int Count(byte[] png, Color color, SKRectI? area = null)
    {
        using SKBitmap image = SKBitmap.Decode(png);
        SKRectI within = area ?? image.Info.Rect;
        int count = 0;
        for (int y = within.Top; y < within.Bottom; y++)
        {
            for (int x = within.Left; x < within.Right; x++)
            {
                SKColor pixel = image.GetPixel(x, y);
                if (Math.Abs(pixel.Red - color.R) + Math.Abs(pixel.Green - color.G) + Math.Abs(pixel.Blue - color.B) < 12) count++;
            }
        }

        return count;
    }

    public static SKSizeI Size(byte[] png)
    {
        using SKBitmap image = SKBitmap.Decode(png);
        return image.Info.Size;
    }
}
