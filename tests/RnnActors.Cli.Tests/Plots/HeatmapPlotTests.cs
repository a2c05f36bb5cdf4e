using RnnActors.Cli.Plots;
using RnnActors.Data.Tasks;
using ScottPlot;
using Xunit;

namespace RnnActors.Cli.Tests.Plots;

public class HeatmapPlotTests
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(1, 30)]
    [InlineData(60, 60)]
    public void Cells_and_names_are_drawn(int rows, int columns)
    {
        double[,] values = new double[rows, columns];
        for (int i = 0; i < Math.Min(rows, columns); i++) values[i, i] = 7;
        byte[] png = Draw(rows, columns, values, counts: true);
        Assert.True(PlotImage.Count(png, Color.FromHex("#08306B")) > 100, "The diagonal has no colour.");
        Assert.True(PlotImage.Count(png, PlotTheme.Text) > 20, "The title has no ink.");
    }

    /// <summary>An attention that looks at all words alike looks at none of them much.</summary>
    [Fact]
    public void A_small_share_is_no_dark_cell_also_where_none_is_larger() =>
        Assert.Equal(0, PlotImage.Count(Draw(1, 4, new[,] { { 0.25, 0.25, 0.25, 0.25 } }, counts: false), Color.FromHex("#08306B")));

    [Fact]
    public void Values_of_nothing_do_not_stop_it() => Draw(2, 2, new double[2, 2], counts: false);

    [Fact]
    public void It_does_not_depend_on_the_culture()
    {
        Heatmap heatmap = new("h", "title", "rows", "columns", ["a", "b"], ["c", "d"], new[,] { { 0.25, 0.75 }, { 1, 0 } }, false);
        Assert.Equal(PlotImage.Save(path => HeatmapPlot.Save(path, heatmap)), PlotImage.Save(path => HeatmapPlot.Save(path, heatmap), "de-DE"));
    }

    [Fact]
    public void A_name_for_each_row_and_column_is_wanted() =>
        Assert.Throws<ArgumentException>(() => HeatmapPlot.Save("x.png", new("h", "", "", "", ["a"], ["b"], new double[2, 1], true)));

    private static byte[] Draw(int rows, int columns, double[,] values, bool counts) => PlotImage.Save(path => HeatmapPlot.Save(
        path, new("confusion", "confusion matrix", "truth", "predicted", [.. Enumerable.Range(0, rows).Select(i => $"r{i}")],
        [.. Enumerable.Range(0, columns).Select(i => $"c{i}")], values, counts)));
}
