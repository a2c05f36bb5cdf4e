using RnnActors.Core.Problems;
using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>Signed values over time, as a heat map.</summary>
/// <param name="Rows">The name of each row, from above.</param>
/// <param name="Columns">The name of each step.</param>
/// <param name="Values">(rows, columns).</param>
/// <param name="Range">The value of the full colour; 0 for the largest absolute value.</param>
internal sealed record SignedHeatmap(string Title, string ColumnTitle, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, double[,] Values,
    double Range = 0);

/// <summary>Stacked heat maps of signed values over time.</summary>
internal static class SignedHeatmapPlot
{
    private const int Width = 1200, Frame = 130, MinHeight = 60, MaxHeight = 480, RowHeight = 22, Stripe = 3, MaxNames = 64, MaxRowNames = 24,
        LettersOfTitle = 86, Letter = 8, Gap = 6, RightOfCells = 100;

    /// <exception cref="InvalidInputException">The file cannot be drawn or written.</exception>
    public static void Save(string path, IReadOnlyList<SignedHeatmap> maps) => PictureFile.Save(path, () => Draw(maps));

    /// <summary>Replaces the marks for spaces and line ends by characters that the program's font has.</summary>
    public static string Written(string text) => text.Replace('␣', '·').Replace('↵', '¶');

    private static Drawing Draw(IReadOnlyList<SignedHeatmap> marked)
    {
        SignedHeatmap[] maps = [.. marked.Select(map => map with { Title = Written(map.Title), Columns = [.. map.Columns.Select(Written)] })];
        string font = PlotFonts.For([.. maps.SelectMany(map => (string[])[map.Title, .. map.Rows, .. map.Columns])]);
        int[] heights = [.. maps.Select(map => Math.Clamp(map.Rows.Count * RowHeight, MinHeight, MaxHeight) + Frame)];
        var figure = new Multiplot();
        figure.AddPlots(maps.Length);
        for (int i = 0; i < maps.Length; i++) Fill(figure.GetPlot(i), maps[i], heights[i] - Frame, font);
        figure.Layout = new Heights(heights);
        return Drawing.Of(maps[0].Title, figure, Width, heights.Sum());
    }

    private static void Fill(Plot plot, SignedHeatmap map, int height, string font)
    {
        double range = map.Range > 0 ? map.Range : Math.Max(1e-12, map.Values.Cast<double>().Max(Math.Abs));
        double[,] striped = Striped(map.Values, height);
        var cells = plot.Add.Heatmap(striped);
        // The centres of the outermost cells.
        double wide = 0.5 * map.Columns.Count / striped.GetLength(1), high = 0.5 * map.Rows.Count / striped.GetLength(0);
        cells.Position = new CoordinateRect(wide - 0.5, map.Columns.Count - 0.5 - wide, high - 0.5, map.Rows.Count - 0.5 - high);
        bool isSigned = map.Values.Cast<double>().Any(value => value < 0);
        cells.Colormap = new SignedColours(isSigned);
        cells.ManualRange = new ScottPlot.Range(isSigned ? -range : 0, range);
        bool tellsStripes = map.Title.Contains("striped", StringComparison.Ordinal);
        string title = isSigned && !tellsStripes ? $"{map.Title} · striped: below 0" : map.Title;
        PlotTheme.Apply(plot, title, map.ColumnTitle, "", font);
        // A long title gets smaller letters rather than being cut off.
        if (title.Length > LettersOfTitle) plot.Axes.Title.Label.FontSize *= Math.Max(0.4f, (float)LettersOfTitle / title.Length);
        int longest = map.Rows.Max(name => name.Length);
        Name(plot.Axes.Bottom, map.Columns, NamesBelow(map.Columns, longest), downwards: false);
        Name(plot.Axes.Left, map.Rows, MaxRowNames, downwards: true);
        plot.Axes.Left.MinimumSize = plot.Axes.Left.MaximumSize = WidthOfNames(longest);
        plot.Add.ColorBar(cells);
        plot.Axes.SetLimits(-0.5, map.Columns.Count - 0.5, -0.5, map.Rows.Count - 0.5);
        plot.HideGrid();
    }

    /// <summary>Multiplies rows for horizontal stripes or, if rows are too low for these, columns for vertical ones.</summary>
    private static double[,] Striped(double[,] values, int height)
    {
        int rows = values.GetLength(0), columns = values.GetLength(1);
        bool goAcross = height / rows < SignedColours.MinHeightOfStripes;
        int lines = goAcross ? rows : Math.Max(rows, height / Stripe);
        int across = goAcross ? columns * Math.Max(1, Width / columns / Stripe / 2 * 2) : Math.Max(2, columns);
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

    /// <summary>How many names fit below the columns without overlapping.</summary>
    /// <param name="longest">The length of the longest row name, in letters.</param>
    public static int NamesBelow(IReadOnlyList<string> columns, int longest) =>
        Math.Clamp((Width - WidthOfNames(longest) - RightOfCells) / ((Letter * columns.Max(name => name.Length)) + Gap), 1, MaxNames);

    private static int WidthOfNames(int longest) => Math.Min(260, 60 + (Letter * longest));

    private static void Name(IAxis axis, IReadOnlyList<string> names, int max, bool downwards)
    {
        int step = (names.Count + max - 1) / max;
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (int i = 0; i < names.Count; i += step) ticks.AddMajor(downwards ? names.Count - 1 - i : i, names[i]);
        axis.TickGenerator = ticks;
    }

    /// <summary>A vertical layout of plots with individual heights.</summary>
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
