using RnnActors.Core.Problems;
using RnnActors.Runs.Pictures;
using ScottPlot;

namespace RnnActors.Cli.Plots;

/// <summary>Stacked spectrograms of recordings: mel bands over time, with the recognised units below the frames where they begin.</summary>
internal static class SpectrogramPlot
{
    private const int Width = 1200, PanelHeight = 340;

    /// <summary>How many letters fit on the time axis.</summary>
    private const int MaxLetters = 110;

    /// <summary>The loudest and the quietest hundredth do not affect the scale.</summary>
    private const int Hundredth = 100;

    /// <param name="recordings">Pictures of recordings, with dense heat maps.</param>
    /// <exception cref="InvalidInputException">The file cannot be drawn or written.</exception>
    public static void Save(string path, IReadOnlyList<Picture> recordings) => PictureFile.Save(path, () => Draw(recordings));

    private static Drawing Draw(IReadOnlyList<Picture> recordings)
    {
        string font = PlotFonts.For(recordings.SelectMany(picture => (string[])[picture.Title, .. picture.Heat!.Columns]));
        var figure = new Multiplot();
        figure.AddPlots(recordings.Count);
        for (int i = 0; i < recordings.Count; i++) Fill(figure.GetPlot(i), recordings[i].Title, recordings[i].Heat!, font);
        figure.Layout = new ScottPlot.MultiplotLayouts.Rows();
        return Drawing.Of(recordings[0].Title, figure, Width, PanelHeight * recordings.Count);
    }

    private static void Fill(Plot plot, string title, HeatMap heat, string font)
    {
        int rows = heat.Values.Count, columns = heat.Values[0].Length;
        double[] finite = [.. heat.Values.SelectMany(row => row).Where(double.IsFinite).Order()];
        double low = finite.Length == 0 ? 0 : finite[finite.Length / Hundredth], high = finite.Length == 0 ? 1 : finite[^(1 + (finite.Length / Hundredth))];
        double[,] values = new double[rows, columns];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) values[row, column] = double.IsFinite(heat.Values[row][column]) ? heat.Values[row][column] : low;
        var cells = plot.Add.Heatmap(values);
        cells.Colormap = new HeatmapPlot.Blues();
        cells.ManualRange = new ScottPlot.Range(low, Math.Max(high, low + 1e-9));
        int[] onsets = [.. Enumerable.Range(0, columns).Where(column => heat.Columns[column].Length > 0)];
        foreach (int onset in onsets) plot.Add.VerticalLine(onset - 0.5, 1, PlotTheme.Predicted);
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        double room = (double)columns / MaxLetters, free = double.NegativeInfinity;
        foreach (int onset in onsets)
        {
            double half = room * heat.Columns[onset].Length / 2;
            if (onset - half < free) continue;
            ticks.AddMajor(onset, heat.Columns[onset]);
            free = onset + half + room;
        }

        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.EmptyTickGenerator();
        PlotTheme.Apply(plot, title, heat.ColumnTitle, heat.RowTitle, font);
        plot.Axes.SetLimits(-0.5, columns - 0.5, -0.5, rows - 0.5);
        plot.HideGrid();
    }
}
