using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Runs.Judgements;
using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>The loss of a learning-rate sweep, on a logarithmic axis, with the suggested rate.</summary>
internal static class LearningRatePlot
{
    /// <summary>The space above the losses before the lowest one, as a share of their range.</summary>
    private const double Headroom = 0.15;

    /// <param name="loss">The name of the loss: <c>mean squared error</c>.</param>
    /// <exception cref="InvalidInputException">The file cannot be drawn or written.</exception>
    public static void Save(string path, string title, string loss, LearningRateSweep sweep) => PictureFile.Save(path, () => Draw(title, loss, sweep));

    /// <summary>The range of losses to show: those before the lowest one and a little more, since a diverging loss would hide all others.</summary>
    public static (double Low, double High) Range(LearningRateSweep sweep)
    {
        int lowest = Array.IndexOf(sweep.Smoothed, sweep.Smoothed.Min());
        double low = sweep.Smoothed[lowest], high = sweep.Smoothed.Take(lowest + 1).Max();
        return (low, high + Math.Max(Headroom * (high - low), 1e-3 * Math.Abs(high)));
    }

    private static Drawing Draw(string title, string loss, LearningRateSweep sweep)
    {
        string font = PlotFonts.For(title, loss);
        Plot plot = new();
        double[] at = [.. sweep.Rates.Select(Math.Log10)];
        (double low, double high) = Range(sweep);
        double margin = 0.2 * (high - low);
        Add(sweep.Losses, "of each step", PlotTheme.Actual, 1);
        Add(sweep.Smoothed, "smoothed", PlotTheme.Training, 3);
        if (sweep.Suggestion is { } suggestion)
        {
            var line = plot.Add.VerticalLine(Math.Log10(suggestion), 2, PlotTheme.Predicted, LinePattern.Dashed);
            line.LegendText = string.Create(CultureInfo.InvariantCulture, $"suggested: {suggestion:G2}");
            var point = plot.Add.Marker(Math.Log10(suggestion), sweep.Smoothed[Array.IndexOf(sweep.Rates, suggestion)], MarkerShape.OpenCircle, 18,
                PlotTheme.Predicted);
            (point.LegendText, point.MarkerStyle.LineWidth) = ("", 3);
        }

        plot.Axes.Left.TickGenerator = PlotTicks.Numbers();
        (double position, string label)[] ticks = [.. LogarithmicTicks.Between(sweep.Rates[0], sweep.Rates[^1])];
        plot.Axes.Bottom.SetTicks([.. ticks.Select(tick => Math.Log10(tick.position))], [.. ticks.Select(tick => tick.label)]);
        PlotTheme.Apply(plot, title, "learning rate (logarithmic)", loss, font);
        plot.Axes.SetLimits(at[0], at[^1], low - margin, high);
        PlotTheme.ShowLegend(plot, font);
        return Drawing.Of(title, plot);

        void Add(double[] losses, string label, Color color, float width)
        {
            // Losses far above the picture are clipped, since they would be too large to draw.
            var line = plot.Add.Scatter(at,
                [.. losses.Select(value => double.IsFinite(value) ? Math.Clamp(value, low - (high - low), high + (2 * (high - low))) : double.NaN)], color);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (label, width, 0);
        }
    }
}
