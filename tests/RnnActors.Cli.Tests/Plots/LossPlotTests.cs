using CsCheck;
using RnnActors.Cli.Plots;
using RnnActors.Runs.Losses;
using SkiaSharp;
using Xunit;

namespace RnnActors.Cli.Tests.Plots;

public class LossPlotTests
{
    private static readonly double[] Epochs = [1, 2, 3, 4, 5, 6];
    private static readonly LossCurve Training = new(Epochs, [1, 0.5, 0.2, 0.08, 0.03, 0.01]);
    private static readonly LossCurve Validation = new(Epochs, [1.1, 0.6, 0.3, 0.2, 0.25, 0.4]);

    [Fact]
    public void Both_curves_and_the_best_epoch_are_drawn()
    {
        byte[] png = Draw(new("Loss", "mean squared error", "epoch", Training, Validation, 4));
        Assert.Equal(new SKSizeI(1200, 700), PlotImage.Size(png));
        Assert.True(PlotImage.Count(png, PlotTheme.Training) > 100);
        Assert.True(PlotImage.Count(png, PlotTheme.Validation) > 100);
        Assert.NotEqual(png, Draw(new("Loss", "mean squared error", "epoch", Training, Validation)));
    }

    [Fact]
    public void Without_validation_there_is_one_curve()
    {
        byte[] png = Draw(new("Loss", "mean squared error", "epoch", Training, LossCurve.None, 6));
        Assert.True(PlotImage.Count(png, PlotTheme.Training) > 100);
        Assert.Equal(0, PlotImage.Count(png, PlotTheme.Validation));
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        LossCurves data = new("Loss", "mean squared error", "step", Training, Validation, 4);
        Assert.Equal(PlotImage.Save(path => LossPlot.Save(path, data)), PlotImage.Save(path => LossPlot.Save(path, data), "de-DE"));
    }

    [Fact]
    public void Losses_of_zero_or_not_a_number_or_none_at_all_do_not_stop_it()
    {
        Draw(new("", "", "epoch", LossCurve.None, LossCurve.None, 3));
        Draw(new("", "", "epoch", new([1], [0]), LossCurve.None, 1));
        Draw(new("", "", "step", new(Epochs, [1e30, 1, double.NaN, double.PositiveInfinity, 1e-30, 0.1]), Validation, 3));
    }

    [Fact]
    public void A_logarithmic_axis_has_a_few_round_ascending_ticks_within_the_data() =>
        Gen.Select(Gen.Double[-25, 25], Gen.Double[1.001, 40]).Sample((start, decades) =>
    {
        double low = Math.Pow(10, start), high = Math.Pow(10, start + decades);
        (double Value, string Label)[] ticks = [.. LogarithmicTicks.Between(low, high)];
        Assert.InRange(ticks.Length, 2, 12);
        Assert.Equal(ticks.OrderBy(t => t.Value), ticks);
        Assert.All(ticks, t => Assert.InRange(t.Value, low / 1.2, high * 1.2));
        Assert.Equal(ticks.Length, ticks.Select(t => t.Label).Distinct().Count());
    }, iter: 500);

    [Fact]
    public void Ticks_between_the_powers_of_ten_are_1_2_and_5() =>
        Assert.Equal(["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"], LogarithmicTicks.Between(0.02, 2).Select(t => t.Label));

    private static byte[] Draw(LossCurves data) => PlotImage.Save(path => LossPlot.Save(path, data));
}
