using RnnActors.Core.Problems;
using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>Gradient norms by distance in time.</summary>
internal sealed record GradientCurve(string Label, double[] Norms);

/// <summary>How gradients vanish or explode backward in time, on a logarithmic axis.</summary>
internal static class GradientPlot
{
    private static readonly Color[] Palette =
        [.. new[] { "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#24292F" }.Select(hex => Color.FromHex(hex))];
    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted];

    /// <exception cref="InvalidInputException">The file cannot be drawn or written.</exception>
    public static void Save(string path, string title, IReadOnlyList<GradientCurve> curves) => PictureFile.Save(path, () => Draw(title, curves));

    private static Drawing Draw(string title, IReadOnlyList<GradientCurve> curves)
    {
        string font = PlotFonts.For([title, .. curves.Select(curve => curve.Label)]);
        var plot = new Plot();
        double[] positive = [.. curves.SelectMany(curve => curve.Norms).Where(norm => norm > 0)];
        for (int i = 0; i < curves.Count; i++)
        {
            int[] at = [.. Enumerable.Range(0, curves[i].Norms.Length).Where(k => curves[i].Norms[k] > 0)];
            var line = plot.Add.Scatter(at.Select(k => (double)k).ToArray(), at.Select(k => Math.Log10(curves[i].Norms[k])).ToArray(),
                Palette[i % Palette.Length]);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (curves[i].Label, 3, at.Length <= 40 ? 7 : 0);
            line.LinePattern = Patterns[i / Palette.Length % Patterns.Length];
        }

        plot.Axes.Bottom.TickGenerator = PlotTicks.Numbers(integers: true);
        if (positive.Length > 0)
        {
            (double position, string label)[] ticks = [.. LogarithmicTicks.Between(positive.Min(), positive.Max())];
            plot.Axes.Left.SetTicks([.. ticks.Select(tick => Math.Log10(tick.position))], [.. ticks.Select(tick => tick.label)]);
        }

        PlotTheme.Apply(plot, title, "steps back in time", "length of the gradient (logarithmic)", font);
        plot.Axes.Margins(0.03, 0.08);
        PlotTheme.ShowLegend(plot, font);
        return Drawing.Of(title, plot);
    }
}
