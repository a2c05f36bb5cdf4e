using RnnActors.Core.Problems;
using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>Signed numbers over time as colours.</summary>
/// <param name="Rows">A name a row, from above.</param>
/// <param name="Columns">A name a step.</param>
/// <param name="Values">(rows, columns).</param>
/// <param name="Range">The number that has the full colour; 0 for the largest there is.</param>
internal sealed record SignedHeatmap(string Title, string ColumnTitle, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, double[,] Values,
    double Range = 0);

/// <summary>Pictures of signed numbers over time, one under the other.</summary>
internal static class SignedHeatmapPlot
{
    private const int Width = 1200, Frame = 130, MinHeight = 60, MaxHeight = 480, RowHeight = 22, Stripe = 3, MaxNames = 12, MaxRowNames = 24;

    /// <exception cref="InvalidInputException">The file cannot be drawn or written.</exception>
    public static void Save(string path, IReadOnlyList<SignedHeatmap> maps) => PictureFile.Save(path, () => Draw(maps));

    private static Drawing Draw(IReadOnlyList<SignedHeatmap> maps)
    {
        string font = PlotFonts.For([.. maps.SelectMany(map => (string[])[map.Title, .. map.Rows, .. map.Columns])]);
        int[] heights = [.. maps.Select(map => Math.Clamp(map.Rows.Count * RowHeight, MinHeight, MaxHeight) + Frame)];
        var figure = new Multiplot();
        figure.AddPlots(maps.Count);
        for (int i = 0; i < maps.Count; i++) Fill(figure.GetPlot(i), maps[i], heights[i] - Frame, font);
        figure.Layout = new Heights(heights);
        return Drawing.Of(maps[0].Title, figure, Width, heights.Sum());
    }

    private static void Fill(Plot plot, SignedHeatmap map, int height, string font)
    {
        double range = map.Range > 0 ? map.Range : Math.Max(1e-12, map.Values.Cast<double>().Max(Math.Abs));
        var cells = plot.Add.Heatmap(Striped(map.Values, height));
        cells.Position = new CoordinateRect(-0.5, map.Columns.Count - 0.5, -0.5, map.Rows.Count - 0.5);
        cells.Colormap = new SignedColours();
        cells.ManualRange = new ScottPlot.Range(-range, range);
        bool isSigned = map.Values.Cast<double>().Any(value => value < 0);
        bool tellsStripes = map.Title.Contains("striped", StringComparison.Ordinal);
        PlotLook.Apply(plot, isSigned && !tellsStripes ? $"{map.Title} · striped: below 0" : map.Title, map.ColumnTitle, "", font);
        Name(plot.Axes.Bottom, map.Columns, MaxNames, downwards: false);
        Name(plot.Axes.Left, map.Rows, MaxRowNames, downwards: true);
        int longest = map.Rows.Max(name => name.Length);
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = Math.Min(260, 60 + (8 * longest));
        plot.Add.ColorBar(cells);
        plot.Axes.SetLimits(-0.5, map.Columns.Count - 0.5, -0.5, map.Rows.Count - 0.5);
        plot.HideGrid();
    }

    /// <summary>As many lines as there are stripes along the rows, or, where these are too low for them, as many columns as there are stripes across.</summary>
    private static double[,] Striped(double[,] values, int height)
    {
        int rows = values.GetLength(0), columns = values.GetLength(1);
        bool goAcross = height / rows < SignedColours.MinHeightOfStripes;
        int lines = goAcross ? rows : Math.Max(rows, height / Stripe), across = goAcross ? columns * Math.Max(1, Width / columns / Stripe / 2 * 2) : columns;
        double[,] striped = new double[lines, across];
        for (int line = 0; line < lines; line++)
        {
            for (int place = 0; place < across; place++)
            {
                double value = values[(int)((long)line * rows / lines), (int)((long)place * columns / across)];
                striped[line, place] = SignedColours.Striped(value, goAcross ? place : line);
            }
        }

        return striped;
    }

    private static void Name(IAxis axis, IReadOnlyList<string> names, int max, bool downwards)
    {
        int step = (names.Count + max - 1) / max;
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (int i = 0; i < names.Count; i += step) ticks.AddMajor(downwards ? names.Count - 1 - i : i, names[i]);
        axis.TickGenerator = ticks;
    }

    /// <summary>One under the other, each as high as it needs.</summary>
    private sealed class Heights(int[] heights) : IMultiplotLayout
    {
        public PixelRect[] GetSubplotRectangles(SubplotCollection subplots, PixelRect figureRect)
        {
            float at = figureRect.Top, scale = figureRect.Height / heights.Sum();
            return [.. heights.Select(height =>
            {
                float top = at;
                at += height * scale;
                return new PixelRect(figureRect.Left, figureRect.Right, at, top);
            })];
        }
    }
}
