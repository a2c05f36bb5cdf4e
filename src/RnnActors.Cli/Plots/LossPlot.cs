using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Runs.Losses;
using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>The training and the validation loss, on a logarithmic axis if they span more than a factor of <see cref="LogarithmicFrom"/>.</summary>
internal static class LossPlot
{
    public const double LogarithmicFrom = 10;

    /// <exception cref="InvalidInputException">The file cannot be drawn or written.</exception>
    public static void Save(string path, LossCurves data) => PictureFile.Save(path, () => Draw(data));

    private static Drawing Draw(LossCurves data)
    {
        string font = PlotFonts.For(data.Title, data.Loss, data.Axis);
        double[] finite = [.. data.Training.Losses.Concat(data.Validation.Losses).Where(double.IsFinite)];
        bool logarithmic = finite.Length > 0 && finite.Min() > 0 && finite.Max() / finite.Min() > LogarithmicFrom;
        Plot plot = new();
        AddCurve(plot, data.Training, "training", PlotTheme.Training, 2, logarithmic);
        AddCurve(plot, data.Validation, "validation", PlotTheme.Validation, 3, logarithmic);
        MarkBest(plot, data, logarithmic);
        plot.Axes.Bottom.TickGenerator = PlotTicks.Numbers(integers: true);
        plot.Axes.Left.TickGenerator = PlotTicks.Numbers();
        if (logarithmic)
        {
            (double position, string label)[] ticks = [.. LogarithmicTicks.Between(finite.Min(), finite.Max())];
            plot.Axes.Left.SetTicks([.. ticks.Select(t => Math.Log10(t.position))], [.. ticks.Select(t => t.label)]);
        }

        PlotTheme.Apply(plot, data.Title, data.Axis, logarithmic ? $"{data.Loss} (logarithmic)" : data.Loss, font);
        plot.Axes.Margins(0.03, 0.08);
        PlotTheme.ShowLegend(plot, font);
        return Drawing.Of(data.Title, plot);
    }

    private static void AddCurve(Plot plot, LossCurve curve, string label, Color color, float width, bool logarithmic)
    {
        if (curve.Losses.Length == 0) return;
        ScottPlot.Plottables.Scatter line = plot.Add.Scatter(curve.At, [.. curve.Losses.Select(loss => Height(loss, logarithmic))], color);
        (line.LegendText, line.LineWidth, line.MarkerSize) = (label, width, curve.At.Length <= 40 ? 3 * width : 0);
    }

    /// <summary>Marks the kept checkpoint by a line, with its step and validation loss in the legend.</summary>
    private static void MarkBest(Plot plot, LossCurves data, bool logarithmic)
    {
        if (data.Best is not { } best) return;
        ScottPlot.Plottables.VerticalLine line = plot.Add.VerticalLine(best, 1.5f, PlotTheme.Quiet, LinePattern.Dashed);
        LossCurve curve = data.Validation.Losses.Length > 0 ? data.Validation : data.Training;
        int at = Array.IndexOf(curve.At, best);
        string loss = at < 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {curve.Losses[at]:G4}");
        line.LegendText = $"best: {data.Axis} {PlotTicks.Label(best)}{loss}";
        if (at < 0) return;
        ScottPlot.Plottables.Marker point = plot.Add.Marker(best, Height(curve.Losses[at], logarithmic), MarkerShape.OpenCircle, 18, PlotTheme.Text);
        (point.LegendText, point.MarkerStyle.LineWidth) = ("", 2);
    }

    private static double Height(double loss, bool logarithmic) => !double.IsFinite(loss) ? double.NaN : logarithmic ? Math.Log10(loss) : loss;
}
