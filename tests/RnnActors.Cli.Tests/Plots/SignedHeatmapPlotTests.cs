using RnnActors.Cli.Plots;
using ScottPlot;
using SkiaSharp;
using Xunit;

namespace RnnActors.Cli.Tests.Plots;

public class SignedHeatmapPlotTests
{
    /// <summary>Cells at the ends are not cut, so that each stands above its own name. Stripes, and the axis below, take a little of some.</summary>
    [Theory]
    [InlineData(1, 6)]
    [InlineData(3, 24)]
    [InlineData(100, 2)]
    public void All_cells_are_as_large_as_one_another(int rows, int columns)
    {
        int[] sizes = [.. new[] { (0, 0), (0, columns - 1), (rows / 2, columns / 2), (rows - 1, 0) }.Select(cell => Pixels(rows, columns, cell))];
        Assert.All(sizes, size => Assert.InRange(size, sizes.Max() * 0.75, sizes.Max()));
    }

    /// <summary>Gates, which are never below 0, have the whole scale.</summary>
    [Fact]
    public void Zero_is_white_at_the_end_of_the_scale_or_in_its_middle()
    {
        Assert.Equal([Colors.White, SignedColours.Raises], new[] { 0.0, 1 }.Select(new SignedColours(isSigned: false).GetColor));
        Assert.Equal([SignedColours.Lowers, Colors.White, SignedColours.Raises], new[] { 0, 0.5, 1 }.Select(new SignedColours(isSigned: true).GetColor));
    }

    [Fact]
    public void A_single_cell_is_drawn() => Assert.True(Pixels(1, 1, (0, 0)) > 10_000);

    [Fact]
    public void Names_below_do_not_run_into_one_another()
    {
        Assert.InRange(SignedHeatmapPlot.NamesBelow([.. Enumerable.Repeat("2024-01-21", 24)], 15), 5, 11);
        Assert.Equal(64, SignedHeatmapPlot.NamesBelow([.. Enumerable.Repeat("a", 64)], 3));
        Assert.Equal(1, SignedHeatmapPlot.NamesBelow([new string('a', 500)], 3));
    }

    [Fact]
    public void A_long_title_is_not_cut_off()
    {
        string title = "window: what raised (vermilion) and lowered (blue, striped) the forecast of passengers for 2024-01-21 (14 ahead), "
            + "relative to the window";
        SignedHeatmap map = new(title, "", ["passengers"], ["a", "b"], new double[1, 2], 1);
        byte[] png = PlotImage.Save(path => SignedHeatmapPlot.Save(path, [map]));
        Assert.Equal(0, PlotImage.Count(png, PlotTheme.Text, new SKRectI(0, 0, 6, 90)) + PlotImage.Count(png, PlotTheme.Text, new SKRectI(1194, 0, 1200, 90)));
    }

    [Fact]
    public void Spaces_and_line_ends_have_signs_of_the_programs_font()
    {
        string own = PlotFonts.For("a");
        Assert.Equal((own, "a·b¶"), (PlotFonts.For(SignedHeatmapPlot.Written("a␣b↵")), SignedHeatmapPlot.Written("a␣b↵")));
    }

    /// <summary>Of the full colour, where one cell alone has it, without what the scale beside the cells has of it.</summary>
    private static int Pixels(int rows, int columns, (int Row, int Column) cell)
    {
        double[,] values = new double[rows, columns];
        int scale = Count(values);
        values[cell.Row, cell.Column] = 1;
        return Count(values) - scale;
    }

    private static int Count(double[,] values)
    {
        int rows = values.GetLength(0), columns = values.GetLength(1);
        string[] above = [.. Enumerable.Range(0, rows).Select(i => $"r{i}")], below = [.. Enumerable.Range(0, columns).Select(i => $"c{i}")];
        SignedHeatmap map = new("title", "", above, below, values, 1);
        return PlotImage.Count(PlotImage.Save(path => SignedHeatmapPlot.Save(path, [map])), Color.FromHex("#D55E00"));
    }
}
