using RnnActors.Cli.Plots;
using RnnActors.Core.Problems;
using ScottPlot;
using SkiaSharp;
using Xunit;

namespace RnnActors.Cli.Tests.Plots;

public class ForecastPlotTests
{
    private static readonly double[] Actual = [.. Enumerable.Range(0, 500).Select(i => Math.Sin(i / 9.0))];
    private static readonly double[] Predicted = [.. Actual.Select((a, i) => (0.8 * a) + (0.1 * Math.Cos(i)))];
    private static readonly DateTime[] Times = [.. Enumerable.Range(0, 500).Select(i => new DateTime(2020, 1, 1).AddHours(i))];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(40, false)]
    [InlineData(500, true)]
    public void Both_lines_the_points_and_the_text_are_drawn(int rows, bool withTimes)
    {
        byte[] png = Draw(new("Sine", "x (m)", Actual[..rows], Predicted[..rows], withTimes ? Times[..rows] : null, "RMSE 0.1"));
        Assert.Equal(new SKSizeI(1200, 700), PlotImage.Size(png));
        Assert.True(PlotImage.Count(png, PlotLook.Actual) > 20);
        Assert.True(PlotImage.Count(png, PlotLook.Predicted) > 5);
        Assert.True(PlotImage.Count(png, PlotLook.Text, new SKRectI(200, 10, 700, 60)) > 20, "The title has no ink.");
        Assert.True(PlotImage.Count(png, Colors.White, new SKRectI(780, 110, 1170, 630)) is > 1000 and < 390 * 520, "The right panel has no ink.");
    }

    [Fact]
    public void Numbers_and_dates_do_not_depend_on_the_culture()
    {
        ForecastPlotData data = new("Sine", "x (m)", Actual, Predicted, Times);
        Assert.Equal(PlotImage.Save(path => ForecastPlot.Save(path, data)), PlotImage.Save(path => ForecastPlot.Save(path, data), "de-DE"));
    }

    [Fact]
    public void Constant_and_missing_values_and_other_scripts_do_not_stop_it()
    {
        Draw(new("", "", [3, 3, 3], [3, 3, 3]));
        Draw(new("温度 🙂\nзавтра", "°C", [1, double.NaN, 3], [double.NaN, double.PositiveInfinity, 2]));
        byte[] nothing = Draw(new("Nothing", "x", [1, 2], [double.NaN, double.NaN]));
        Assert.True(PlotImage.Count(nothing, PlotLook.Actual) > 20);
    }

    [Fact]
    public void Rows_that_do_not_match_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ForecastPlot.Save("x.png", new("", "", [], [])));
        Assert.Throws<ArgumentException>(() => ForecastPlot.Save("x.png", new("", "", [1], [1, 2])));
        Assert.Throws<ArgumentException>(() => ForecastPlot.Save("x.png", new("", "", [1], [1], [])));
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_refused_by_name()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "plot.png");
        Assert.Equal(path, Assert.Throws<InvalidInputException>(() => ForecastPlot.Save(path, new("", "", [1], [1]))).Where?.Path);
    }

    private static byte[] Draw(ForecastPlotData data) => PlotImage.Save(path => ForecastPlot.Save(path, data));
}
