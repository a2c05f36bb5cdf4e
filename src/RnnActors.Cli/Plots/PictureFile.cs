using RnnActors.Core.Problems;
using SkiaSharp;

namespace RnnActors.Cli.Plots;

/// <summary>Pictures as files: pixels for screens and trackers, lines and letters for papers and slides. Every plot is written here, as both.</summary>
internal static class PictureFile
{
    /// <summary>What the name of a picture may end with.</summary>
    private const string Png = ".png", Svg = ".svg";

    /// <summary>Refuses a name that ends neither with <c>.png</c> nor with <c>.svg</c>.</summary>
    /// <param name="option">Which gave it.</param>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static void RefuseOther(string path, string option)
    {
        if (!IsSvg(path) && !path.EndsWith(Png, StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException($"{option} is {path}, and pictures are {Png} or {Svg}", $"Give a name that ends with {Png} or {Svg}");
    }

    public static bool IsSvg(string path) => path.EndsWith(Svg, StringComparison.OrdinalIgnoreCase);

    /// <param name="path">What ends with <c>.svg</c> is one; all else are pixels.</param>
    /// <exception cref="InvalidInputException">The file cannot be written, or the machine has no
    /// graphics library that draws it; the run itself is untouched.</exception>
    public static void Save(string path, Func<Drawing> draw)
    {
        try
        {
            Drawing drawing = draw();
            File.WriteAllBytes(path, IsSvg(path) ? SvgDocument.Of(drawing) : Pixels(drawing));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TypeInitializationException or DllNotFoundException)
        {
            throw new InvalidInputException($"the plot cannot be drawn: {e.GetBaseException().Message.TrimEnd('.')}", where: new SourceLocation(path),
                cause: e);
        }
    }

    /// <summary>Writes a picture as PNG, and as SVG beside it.</summary>
    /// <param name="name">Of both files, without an ending.</param>
    /// <param name="save">Writes one of them.</param>
    /// <returns>Both files.</returns>
    /// <exception cref="InvalidInputException">One of them cannot be written.</exception>
    public static IReadOnlyList<string> SaveBoth(string folder, string name, Action<string> save)
    {
        string[] files = [Path.Combine(folder, name + Png), Path.Combine(folder, name + Svg)];
        foreach (string file in files) save(file);
        return files;
    }

    /// <summary>The same; what cannot be drawn is told to <paramref name="warn"/> and fails nothing, since what it shows is done.</summary>
    /// <returns>Both files, or none.</returns>
    public static IReadOnlyList<string> TrySaveBoth(string folder, string name, Action<string> save, Action<string> warn)
    {
        try
        {
            return SaveBoth(folder, name, save);
        }
        catch (InvalidInputException e)
        {
            warn(e.Message);
            return [];
        }
    }

    private static byte[] Pixels(Drawing drawing)
    {
        using var surface = SKSurface.Create(new SKImageInfo(drawing.Width, drawing.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        drawing.PaintOn(surface.Canvas);
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
