using RnnActors.Core.Problems;
using ScottPlot;

namespace RnnActors.Cli.Plots;

internal static class PngFile
{
    /// <exception cref="InvalidInputException">The file cannot be written, or the machine has no
    /// graphics library that draws it; the run itself is untouched.</exception>
    public static void Save(string path, Func<Image> draw)
    {
        try
        {
            File.WriteAllBytes(path, draw().GetImageBytes(ImageFormat.Png));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TypeInitializationException or DllNotFoundException)
        {
            throw new InvalidInputException($"the plot cannot be drawn: {e.GetBaseException().Message.TrimEnd('.')}", where: new SourceLocation(path),
                cause: e);
        }
    }
}
