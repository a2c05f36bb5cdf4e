using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>A heatmap, with numbers in its cells if there is room: a confusion matrix, attention weights.</summary>
internal static class HeatmapPlot
{
    /// <summary>The maximum number of cells in a row with numbers in them.</summary>
    private const int MaxNumbers = 16;

    /// <summary>The maximum number of names on an axis.</summary>
    private const int MaxNames = 40;

    private const int MinSide = 500, CellSide = 44, MaxSide = 1100;

    /// <exception cref="InvalidInputException">The file cannot be drawn or written.</exception>
    public static void Save(string path, Heatmap heatmap)
    {
        if (heatmap.Rows.Count != heatmap.Values.GetLength(0) || heatmap.Columns.Count != heatmap.Values.GetLength(1))
            throw new ArgumentException("A heatmap has a name for each row and column.", nameof(heatmap));
        PictureFile.Save(path, () => Draw(heatmap));
    }

    private static Drawing Draw(Heatmap heatmap)
    {
        string font = PlotFonts.For([heatmap.Title, heatmap.RowTitle, heatmap.ColumnTitle, .. heatmap.Rows, .. heatmap.Columns]);
        int rows = heatmap.Rows.Count, columns = heatmap.Columns.Count;
        var plot = new Plot();
        double[,] shares = Shares(heatmap);
        var cells = plot.Add.Heatmap(shares);
        cells.Colormap = new Blues();
        cells.ManualRange = new ScottPlot.Range(0, Darkest(shares));
        PlotTheme.Apply(plot, heatmap.Title, heatmap.ColumnTitle, heatmap.RowTitle, font);
        Name(plot.Axes.Bottom, heatmap.Columns, downwards: false);
        Name(plot.Axes.Left, heatmap.Rows, downwards: true);
        int longest = heatmap.Columns.Max(name => name.Length);
        if (longest * columns > 90)
        {
            plot.Axes.Bottom.TickLabelStyle.Rotation = -90;
            plot.Axes.Bottom.TickLabelStyle.Alignment = Alignment.MiddleRight;
            plot.Axes.Bottom.MinimumSize = Math.Min(220, 60 + (9 * longest));
        }

        plot.Axes.Left.MinimumSize = Math.Min(260, 84 + (8 * heatmap.Rows.Max(name => name.Length)));
        if (Math.Max(rows, columns) <= MaxNumbers) Number(plot, heatmap, shares, font);
        plot.Axes.SetLimits(-0.5, columns - 0.5, -0.5, rows - 0.5);
        plot.HideGrid();
        return Drawing.Of(heatmap.Title, plot, Side(columns) + 300, Side(rows) + 200);
    }

    private static void Number(Plot plot, Heatmap heatmap, double[,] shares, string font)
    {
        double max = Darkest(shares);
        for (int row = 0; row < heatmap.Rows.Count; row++)
        {
            for (int column = 0; column < heatmap.Columns.Count; column++)
            {
                double value = heatmap.Values[row, column];
                string written = heatmap.AreCounts ? Figures.Count((long)value) : value.ToString("0.00", CultureInfo.InvariantCulture);
                var text = plot.Add.Text(written, column, heatmap.Rows.Count - 1 - row);
                text.LabelFontName = font;
                text.LabelFontSize = 14;
                text.LabelAlignment = Alignment.MiddleCenter;
                text.LabelFontColor = shares[row, column] > 0.55 * max ? Colors.White : PlotTheme.Text;
            }
        }
    }

    /// <summary>The value of the darkest colour, at least 1 as in reports, so that a share of a quarter looks like one even if none is larger.</summary>
    private static double Darkest(double[,] shares) => Math.Max(1, shares.Cast<double>().Max());

    /// <summary>Counts as shares of their row; other values unchanged.</summary>
    private static double[,] Shares(Heatmap heatmap)
    {
        double[,] shares = (double[,])heatmap.Values.Clone();
        if (!heatmap.AreCounts) return shares;
        for (int row = 0; row < shares.GetLength(0); row++)
        {
            double sum = Enumerable.Range(0, shares.GetLength(1)).Sum(column => shares[row, column]);
            for (int column = 0; column < shares.GetLength(1) && sum > 0; column++) shares[row, column] /= sum;
        }

        return shares;
    }

    private static void Name(IAxis axis, IReadOnlyList<string> names, bool downwards)
    {
        int step = (names.Count + MaxNames - 1) / MaxNames;
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (int i = 0; i < names.Count; i += step) ticks.AddMajor(downwards ? names.Count - 1 - i : i, names[i]);
        axis.TickGenerator = ticks;
    }

    private static int Side(int cells) => Math.Clamp(cells * CellSide, MinSide, MaxSide);

    /// <summary>From white to dark blue, distinguishable with any colour vision, and in grey.</summary>
    internal sealed class Blues : IColormap
    {
        public string Name => "Blues";

        public Color GetColor(double position) => Color.FromHex("#FFFFFF").InterpolateRgb(Color.FromHex("#08306B"), Math.Clamp(position, 0, 1));
    }
}
