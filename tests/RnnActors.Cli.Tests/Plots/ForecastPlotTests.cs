using RnnActors.Cli.Plots;
using RnnActors.Core.Problems;
using RnnActors.Data.Tasks;
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
        byte[] png = Draw("Sine", Of("x (m)", Actual[..rows], Predicted[..rows], withTimes ? Times[..rows] : null, "RMSE 0.1"));
        Assert.Equal(new SKSizeI(1200, 700), PlotImage.Size(png));
        Assert.True(PlotImage.Count(png, PlotTheme.Actual) > 20);
        Assert.True(PlotImage.Count(png, PlotTheme.Predicted) > 5);
        Assert.True(PlotImage.Count(png, PlotTheme.Text, new SKRectI(200, 10, 700, 60)) > 20, "The title has no ink.");
        Assert.True(PlotImage.Count(png, Colors.White, new SKRectI(780, 110, 1170, 630)) is > 1000 and < 390 * 520, "The right panel has no ink.");
    }

    [Fact]
    public void Numbers_and_dates_do_not_depend_on_the_culture()
    {
        ComparedSeries data = Of("x (m)", Actual, Predicted, Times);
        Assert.Equal(PlotImage.Save(path => ForecastPlot.Save(path, "Sine", [data])), PlotImage.Save(path => ForecastPlot.Save(path, "Sine", [data]), "de-DE"));
    }

    [Fact]
    public void Constant_and_missing_values_and_other_scripts_do_not_stop_it()
    {
        Draw("", Of("", [3, 3, 3], [3, 3, 3]));
        Draw("温度 🙂\nзавтра", Of("°C", [1, double.NaN, 3], [double.NaN, double.PositiveInfinity, 2]));
        byte[] nothing = Draw("Nothing", Of("x", [1, 2], [double.NaN, double.NaN]));
        Assert.True(PlotImage.Count(nothing, PlotTheme.Actual) > 20);
    }

    [Fact]
    public void Rows_that_do_not_match_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ForecastPlot.Save("x.png", "", [Of("", [], [])]));
        Assert.Throws<ArgumentException>(() => ForecastPlot.Save("x.png", "", [Of("", [1], [1, 2])]));
        Assert.Throws<ArgumentException>(() => ForecastPlot.Save("x.png", "", [Of("", [1], [1], [])]));
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_refused_by_name()
    {
        string path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"), "plot.png");
        Assert.Equal(path, Assert.Throws<InvalidInputException>(() => ForecastPlot.Save(path, "", [Of("", [1], [1])])).Where?.Path);
    }

    [Fact]
    public void Several_series_stand_below_each_other_with_intervals_and_rivals()
    {
        ComparedSeries series = Of("x", Actual[..50], Predicted[..50], Times[..50]) with
        {
            Band = new("80 %", [.. Predicted[..50].Select((p, i) => i == 20 ? double.NaN : p - 0.5)], [.. Predicted[..50].Select(p => p + 0.5)]),
            Baseline = new("last value", Actual[..50]),
        };
        byte[] one = Draw("Sine", series with { Band = null }),
            png = PlotImage.Save(path => ForecastPlot.Save(path, "Sine", [series, series with { Name = "y" }]));
        Assert.Equal(new SKSizeI(1200, 840), PlotImage.Size(png));
        Assert.True(PlotImage.Count(png, PlotTheme.Actual) > PlotImage.Count(one, PlotTheme.Actual));
    }

    [Fact]
    public void What_has_not_come_yet_has_the_whole_width_and_marks_few_values()
    {
        double[] known = [.. Actual[..60], double.NaN, double.NaN], ahead = [.. Enumerable.Repeat(double.NaN, 60), 0.4, 0.5];
        byte[] png = Draw("Next", Of("x", known, ahead, Times[..62]));
        Assert.True(PlotImage.Count(png, PlotTheme.Predicted, new SKRectI(1000, 60, 1200, 640)) > 20, "The forecast has no ink at the right edge.");
        byte[] last = Draw("Next", Of("x", known[..61], ahead[..61], Times[..61]));
        Assert.True(PlotImage.Count(last, PlotTheme.Predicted, new SKRectI(1000, 60, 1200, 640)) > 5, "A single value has no mark.");
    }

    private static ComparedSeries Of(string name, double[] actual, double[] predicted, DateTime[]? times = null, string? caption = null) =>
        new("forecast", name, "one row ahead", actual, predicted, times, caption);

    private static byte[] Draw(string name, ComparedSeries data) => PlotImage.Save(path => ForecastPlot.Save(path, name, [data]));
}
