using System.Globalization;
using RnnActors.Core.Problems;
using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>What a forecast plot shows.</summary>
/// <param name="Title">One line.</param>
/// <param name="Label">The target with its unit: <c>OT (°C)</c>.</param>
/// <param name="Actual">The test rows' values, in order of time; a value that is not a number leaves a gap.</param>
/// <param name="Predicted">As many.</param>
/// <param name="Times">As many, or null where the rows have no time.</param>
/// <param name="Caption">Said above the right panel, such as the error beside that of a simple forecast; null for nothing.</param>
internal sealed record ForecastPlotData(string Title, string Label, double[] Actual, double[] Predicted, DateTime[]? Times = null, string? Caption = null);

/// <summary>
/// Predicted against actual: on the left as lines over time, the last rows only where more would run into each other; on the right every row as a point,
/// which lies on the diagonal where the prediction is right.
/// </summary>
internal static class ForecastPlot
{
    /// <summary>More rows than this cannot be told apart in the left panel.</summary>
    public const int MaxRows = 300;

    private const float PointPanelWidth = 0.36f;

    /// <exception cref="InvalidInputException">The file cannot be drawn or written.</exception>
    public static void Save(string path, ForecastPlotData data)
    {
        if (data.Actual.Length == 0 || data.Predicted.Length != data.Actual.Length || (data.Times is { } times && times.Length != data.Actual.Length))
            throw new ArgumentException("A forecast plot needs rows, and as many predicted values and times as actual ones.", nameof(data));
        PngFile.Save(path, () => Draw(data));
    }

    private static Image Draw(ForecastPlotData data)
    {
        string font = PlotFonts.For(data.Title, data.Label, data.Caption ?? "");
        Multiplot figure = new();
        figure.AddPlots(2);
        DrawLines(figure.GetPlot(0), data, font);
        DrawPoints(figure.GetPlot(1), data, font);
        figure.Layout = new SideBySide(PointPanelWidth);
        return figure.Render(PlotLook.Width, PlotLook.Height);
    }

    private static void DrawLines(Plot plot, ForecastPlotData data, string font)
    {
        int rows = data.Actual.Length, from = Math.Max(0, rows - MaxRows);
        double[] x = data.Times is { } times ? [.. times[from..].Select(t => t.ToOADate())] : [.. Enumerable.Range(from + 1, rows - from).Select(i => (double)i)];
        AddLine(plot, x, data.Actual[from..], "actual", PlotLook.Actual, 4);
        AddLine(plot, x, data.Predicted[from..], "predicted", PlotLook.Predicted, 1.8f);
        plot.Axes.Bottom.TickGenerator = data.Times is null ? PlotTicks.Numbers(integers: true) : PlotTicks.Times();
        plot.Axes.Left.TickGenerator = PlotTicks.Numbers();
        string shown = from == 0 ? Count(rows, "row") : string.Create(CultureInfo.InvariantCulture, $"the last {rows - from:N0} of {rows:N0} rows");
        PlotLook.Apply(plot, data.Title, data.Times is null ? $"test row ({shown})" : $"time of the test rows ({shown})", data.Label, font);
        plot.Axes.Margins(0.01, 0.08);
        PlotLook.ShowLegend(plot, font);
    }

    private static void DrawPoints(Plot plot, ForecastPlotData data, string font)
    {
        double[][] pairs = [.. data.Actual.Zip(data.Predicted, (a, p) => (double[])[a, p]).Where(pair => pair.All(double.IsFinite))];
        PlotLook.Apply(plot, data.Caption ?? "", $"actual ({Count(pairs.Length, "row")})", "predicted", font);
        plot.Axes.Title.Label.FontSize = 15;
        plot.Axes.Title.Label.Font = ScottPlot.Fonts.GetTypeface(font, bold: false, italic: false);
        plot.Axes.Left.TickGenerator = PlotTicks.Numbers();
        plot.Axes.Bottom.TickGenerator = PlotTicks.Numbers();
        if (pairs.Length == 0) return;
        float size = Math.Clamp(120f / MathF.Sqrt(pairs.Length), 3, 9);
        ScottPlot.Plottables.Markers points = plot.Add.Markers(pairs.Select(p => p[0]).ToArray(), pairs.Select(p => p[1]).ToArray(), MarkerShape.FilledCircle, size, PlotLook.Predicted.WithAlpha(0.45));
        points.LegendText = "";
        double low = pairs.Min(p => p.Min()), high = pairs.Max(p => p.Max()), margin = high > low ? 0.04 * (high - low) : Math.Max(1e-6, 0.04 * Math.Abs(high));
        ScottPlot.Plottables.LinePlot diagonal = plot.Add.Line(low - margin, low - margin, high + margin, high + margin);
        (diagonal.LineColor, diagonal.LineWidth, diagonal.LinePattern) = (PlotLook.Quiet, 1.2f, LinePattern.Dashed);
        plot.Axes.SetLimits(low - margin, high + margin, low - margin, high + margin);
    }

    private static void AddLine(Plot plot, double[] x, double[] y, string label, Color color, float width)
    {
        ScottPlot.Plottables.Scatter line = plot.Add.Scatter(x, [.. y.Select(v => double.IsFinite(v) ? v : double.NaN)], color);
        (line.LegendText, line.LineWidth, line.MarkerSize) = (label, width, x.Length <= 40 ? 3 * width : 0);
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    /// <summary>Two panels, the right one with the given part of the width.</summary>
    private sealed class SideBySide(float right) : IMultiplotLayout
    {
        public PixelRect[] GetSubplotRectangles(SubplotCollection subplots, PixelRect figure)
        {
            float middle = figure.Right - (right * figure.Width);
            return [new PixelRect(figure.Left, middle, figure.Bottom, figure.Top), new PixelRect(middle, figure.Right, figure.Bottom, figure.Top)];
        }
    }
}
