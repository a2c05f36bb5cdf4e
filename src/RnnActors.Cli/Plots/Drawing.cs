using ScottPlot;
using SkiaSharp;

namespace RnnActors.Cli.Plots;

/// <summary>A picture that can be drawn as pixels or as SVG.</summary>
/// <param name="Title">Alternative text.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record Drawing(string Title, int Width, int Height, Action<SKCanvas, PixelRect> Paint)
{
    /// <summary>The plots that it consists of; empty if it is drawn otherwise.</summary>
    private IReadOnlyList<Plot> Plots { get; init; } = [];

    public static Drawing Of(string title, Plot plot, int width = PlotTheme.Width, int height = PlotTheme.Height) =>
        new(title, width, height, plot.Render) { Plots = [plot] };

    public static Drawing Of(string title, Multiplot figure, int width, int height) =>
        new(title, width, height, figure.Render) { Plots = figure.GetPlots() };

    /// <summary>
    /// Draws all lines solid from now on. Skia's SVG supports no dashes: it draws solid lines anyway, and prints a warning to the standard output each time.
    /// </summary>
    public void LeaveOutDashes()
    {
        foreach (IHasLine line in Plots.SelectMany(plot => plot.GetPlottables()).OfType<IHasLine>()) line.LinePattern = LinePattern.Solid;
    }

    public void PaintOn(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        Paint(canvas, new PixelRect(0, Width, Height, 0));
    }
}
