using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>
/// Predicted against actual values. On the left they are lines over time, with the interval and a baseline; only the last rows are shown if there are too many.
/// On the right every row is a point, on the diagonal if the prediction is right. Several series are stacked.
/// </summary>
internal static class ForecastPlot
{
    /// <summary>The maximum number of rows in the left panel; more could not be told apart.</summary>
    public const int MaxRows = 300;

    /// <summary>The maximum number of points on the right; more would add nothing but size to an SVG.</summary>
    private const int MaxPoints = 2000;

    /// <summary>Up to this number of rows, values are also marked by dots.</summary>
    private const int MaxDots = 40;

    private const float PointPanelWidth = 0.36f;

    /// <summary>Room for the last date on the time axis, in pixels.</summary>
    private const float TickEnd = 52;

    /// <summary>The height of a panel if there are several, or many, in pixels.</summary>
    private const int PanelHeight = 420, LowPanelHeight = 320, Many = 6;

    /// <param name="name">The name of the run.</param>
    /// <param name="panels">At least one. If none of the predicted values has been observed yet, there are no points on the right.</param>
    /// <param name="rows">The rows: <c>test</c>; null for rows of any kind.</param>
    /// <exception cref="InvalidInputException">The file cannot be drawn or written.</exception>
    public static void Save(string path, string name, IReadOnlyList<ComparedSeries> panels, string? rows = "test")
    {
        foreach (ComparedSeries series in panels)
        {
            if (series.Actual.Length == 0 || series.Predicted.Length != series.Actual.Length
                || (series.Times is { } times && times.Length != series.Actual.Length))
                throw new ArgumentException("A forecast plot needs rows, and as many predicted values and times as actual ones.", nameof(panels));
        }

        PictureFile.Save(path, () => Draw(name, panels, rows));
    }

    private static Drawing Draw(string name, IReadOnlyList<ComparedSeries> panels, string? rows)
    {
        string font = PlotFonts.For([name, .. panels.SelectMany(series => (string[])[series.Name, series.Meaning, series.Caption ?? ""])]);
        bool hasPoints = panels.Any(series => series.Actual.Zip(series.Predicted).Any(pair => double.IsFinite(pair.First) && double.IsFinite(pair.Second)));
        int columns = hasPoints ? 2 : 1;
        Multiplot figure = new();
        figure.AddPlots(columns * panels.Count);
        for (int i = 0; i < panels.Count; i++)
        {
            string title = i == 0 ? $"{name}: {panels[i].Name}, {panels[i].Meaning}" : panels[i].Name;
            DrawLines(figure.GetPlot(columns * i), title, panels[i], font, rows, hasLegend: i == 0);
            if (hasPoints) DrawPoints(figure.GetPlot((2 * i) + 1), panels[i], font);
        }

        figure.Layout = new Rows(columns, PointPanelWidth);
        int height = panels.Count > Many ? LowPanelHeight : PanelHeight;
        height = panels.Count == 1 ? PlotTheme.Height : height * panels.Count;
        return Drawing.Of($"{name}: {panels[0].Name}, {panels[0].Meaning}", figure, PlotTheme.Width, height);
    }

    private static void DrawLines(Plot plot, string title, ComparedSeries data, string font, string? kind, bool hasLegend)
    {
        int rows = data.Actual.Length, from = Math.Max(0, rows - MaxRows);
        double[] x = data.Times is { } times
            ? [.. times[from..].Select(t => t.ToOADate())]
            : [.. Enumerable.Range(from + 1, rows - from).Select(i => (double)i)];
        if (data.Band is { } band) AddBand(plot, x, band.Lower[from..], band.Upper[from..], $"{band.Name} interval");

        AddLine(plot, x, data.Actual[from..], "actual", PlotTheme.Actual, 4);
        if (data.Baseline is { } rival) AddLine(plot, x, rival.Predicted[from..], rival.Name, PlotTheme.Quiet, 1, LinePattern.Dotted);
        AddLine(plot, x, data.Predicted[from..], "predicted", PlotTheme.Predicted, 1.8f);
        plot.Axes.Bottom.TickGenerator = data.Times is null ? PlotTicks.Numbers(integers: true) : PlotTicks.Times();
        plot.Axes.Left.TickGenerator = PlotTicks.Numbers();
        string shown = from == 0 ? Count(rows, "row") : string.Create(CultureInfo.InvariantCulture, $"the last {rows - from:N0} of {rows:N0} rows");
        string below = (data.Times, kind) switch
        {
            (null, null) => "row",
            (null, _) => $"{kind} row",
            (_, null) => "time",
            _ => $"time of the {kind} rows",
        };
        PlotTheme.Apply(plot, title, $"{below} ({shown})", data.Name, font);
        plot.Axes.Margins(0.01, 0.08);
        plot.Axes.Right.MinimumSize = TickEnd;
        if (hasLegend) PlotTheme.ShowLegend(plot, font);
        else plot.HideLegend();
    }

    /// <summary>Draws a band for each range without gaps.</summary>
    private static void AddBand(Plot plot, double[] x, double[] lower, double[] upper, string label)
    {
        for (int start = 0; start < x.Length; start++)
        {
            int end = start;
            while (end < x.Length && double.IsFinite(lower[end]) && double.IsFinite(upper[end])) end++;
            if (end > start)
            {
                ScottPlot.Plottables.FillY fill = plot.Add.FillY(x[start..end], lower[start..end], upper[start..end]);
                (fill.FillColor, fill.LineWidth, fill.LegendText) = (PlotTheme.Predicted.WithAlpha(0.2), 0, label);
                label = "";
            }

            start = Math.Max(start, end);
        }
    }

    private static void DrawPoints(Plot plot, ComparedSeries data, string font)
    {
        double[][] pairs = [.. data.Actual.Zip(data.Predicted, (a, p) => (double[])[a, p]).Where(pair => pair.All(double.IsFinite))];
        int every = Math.Max(1, (pairs.Length + MaxPoints - 1) / MaxPoints);
        string shown = every == 1 ? Count(pairs.Length, "row") : string.Create(CultureInfo.InvariantCulture, $"every {every}th of {pairs.Length:N0} rows");
        pairs = [.. pairs.Where((_, i) => i % every == 0)];
        PlotTheme.Apply(plot, data.Caption ?? "", $"actual ({shown})", "predicted", font);
        plot.Axes.Title.Label.FontSize = 15;
        plot.Axes.Title.Label.Font = ScottPlot.Fonts.GetTypeface(font, bold: false, italic: false);
        plot.Axes.Left.TickGenerator = PlotTicks.Numbers();
        plot.Axes.Bottom.TickGenerator = PlotTicks.Numbers();
        if (pairs.Length == 0) return;
        float size = Math.Clamp(120f / MathF.Sqrt(pairs.Length), 3, 9);
        ScottPlot.Plottables.Markers points = plot.Add.Markers(pairs.Select(p => p[0]).ToArray(), pairs.Select(p => p[1]).ToArray(), MarkerShape.FilledCircle,
            size, PlotTheme.Predicted.WithAlpha(0.45));
        points.LegendText = "";
        double low = pairs.Min(p => p.Min()), high = pairs.Max(p => p.Max()), margin = high > low ? 0.04 * (high - low) : Math.Max(1e-6, 0.04 * Math.Abs(high));
        ScottPlot.Plottables.LinePlot diagonal = plot.Add.Line(low - margin, low - margin, high + margin, high + margin);
        (diagonal.LineColor, diagonal.LineWidth, diagonal.LinePattern) = (PlotTheme.Quiet, 1.2f, LinePattern.Dashed);
        plot.Axes.SetLimits(low - margin, high + margin, low - margin, high + margin);
    }

    private static void AddLine(Plot plot, double[] x, double[] y, string label, Color color, float width, LinePattern pattern = default)
    {
        ScottPlot.Plottables.Scatter line = plot.Add.Scatter(x, Finite(y), color);
        (line.LegendText, line.LineWidth, line.MarkerSize) = (label, width, x.Length <= MaxDots ? 3 * width : 0);
        if (!pattern.Equals(default(LinePattern))) line.LinePattern = pattern;

        // An isolated value between two gaps has no line.
        int[] alone = [.. Enumerable.Range(0, y.Length).Where(i => IsKnown(i) && !IsKnown(i - 1) && !IsKnown(i + 1))];
        if (x.Length <= MaxDots || alone.Length == 0) return;
        ScottPlot.Plottables.Markers dots = plot.Add.Markers(
            alone.Select(i => x[i]).ToArray(), alone.Select(i => y[i]).ToArray(), MarkerShape.FilledCircle, 3 * width, color);
        dots.LegendText = "";

        bool IsKnown(int i) => i >= 0 && i < y.Length && double.IsFinite(y[i]);
    }

    private static double[] Finite(double[] values) => [.. values.Select(v => double.IsFinite(v) ? v : double.NaN)];

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    /// <summary>Stacked panels, or pairs of them with the given share of the width for the right one.</summary>
    private sealed class Rows(int columns, float right) : IMultiplotLayout
    {
        public PixelRect[] GetSubplotRectangles(SubplotCollection subplots, PixelRect figure)
        {
            float middle = columns == 1 ? figure.Right : figure.Right - (right * figure.Width), height = figure.Height / (subplots.Count / columns);
            return
            [
                .. Enumerable.Range(0, subplots.Count / columns).SelectMany(row =>
                {
                    float top = figure.Top + (row * height);
                    PixelRect[] pair = [new(figure.Left, middle, top + height, top), new(middle, figure.Right, top + height, top)];
                    return pair[..columns];
                }),
            ];
        }
    }
}
