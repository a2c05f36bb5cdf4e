using ScottPlot;
using SkiaSharp;

namespace RnnActors.Cli.Plots;

/// <summary>A picture before it is a file: whoever paints it knows neither pixels nor SVG.</summary>
/// <param name="Title">For those who cannot see it.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record Drawing(string Title, int Width, int Height, Action<SKCanvas, PixelRect> Paint)
{
    public static Drawing Of(string title, Plot plot, int width = PlotLook.Width, int height = PlotLook.Height) => new(title, width, height, plot.Render);

    public static Drawing Of(string title, Multiplot figure, int width, int height) => new(title, width, height, figure.Render);

    public void PaintOn(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        Paint(canvas, new PixelRect(0, Width, Height, 0));
    }
}
