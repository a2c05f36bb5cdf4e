using RnnActors.Core.Problems;
using SkiaSharp;

namespace RnnActors.Cli.Plots;

/// <summary>Writes pictures as files: PNG for screens and trackers, SVG for papers and slides. Every plot is written here, as both.</summary>
internal static class PictureFile
{
    /// <summary>The extensions of pictures.</summary>
    private const string Png = ".png", Svg = ".svg";

    /// <summary>Refuses a file name that ends neither with <c>.png</c> nor with <c>.svg</c>.</summary>
    /// <param name="option">The option that gave it.</param>
    /// <exception cref="InvalidInputException">The extension is another one.</exception>
    public static void RefuseOther(string path, string option)
    {
        if (!IsSvg(path) && !path.EndsWith(Png, StringComparison.OrdinalIgnoreCase))
            throw new InvalidInputException($"{option} is {path}, and pictures are {Png} or {Svg}", $"Give a name that ends with {Png} or {Svg}");
    }

    public static bool IsSvg(string path) => path.EndsWith(Svg, StringComparison.OrdinalIgnoreCase);

    /// <param name="path">SVG if it ends with <c>.svg</c>, else PNG.</param>
    /// <exception cref="InvalidInputException">
    /// The file cannot be written, or the machine's graphics library is missing. The run itself is not affected.
    /// </exception>
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
    /// <param name="name">The name of both files, without an extension.</param>
    /// <param name="save">Writes one of them.</param>
    /// <returns>Both files.</returns>
    /// <exception cref="InvalidInputException">One of them cannot be written.</exception>
    public static IReadOnlyList<string> SaveBoth(string folder, string name, Action<string> save)
    {
        string[] files = [Path.Combine(folder, name + Png), Path.Combine(folder, name + Svg)];
        foreach (string file in files) save(file);
        return files;
    }

    /// <summary>Like <see cref="SaveBoth"/>, but failures are only passed to <paramref name="warn"/>, since the run itself is done.</summary>
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
