using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Training;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

public class ForecastIntervalsTests
{
    private const int Rows = 6000;

    /// <summary>Independent values, so that all residuals are exchangeable whatever a network says.</summary>
    private static ForecastTask Noise(int horizon, ValueTransform transform = ValueTransform.None)
    {
        var random = new Random(5);
        double[] values = [.. Enumerable.Range(0, Rows).Select(_ => 20 + (3 * random.NextDouble() * random.NextDouble()))];
        ForecastDataSpec spec = new() { Targets = ["y"], Window = 3, Horizon = horizon, Transform = transform, Split = new(0.2, 0.4, 0.4) };
        return ForecastTask.Prepare(spec, new Table("noise", [new Column("y", values)]));
    }

    private static TrainedNetwork Network(ForecastTask task, Objective loss)
    {
        Model model = new(new ModelSpec([new Lstm(3), new Dense(loss.OutputsFor(task.Train.Target))]), task.Input);
        return new(model, new TrainingSpec { Loss = loss, Optimizer = new Adam(0.01) }, model.CreateParameters(3), threads: 1);
    }

    public static TheoryData<Objective> Losses => new()
    {
        new MeanSquaredError(), new QuantileLoss(new(0.1, 0.5, 0.9)), new QuantileLoss(new(0.975, 0.1, 0.9, 0.025, 0.5)), new GaussianLikelihood(),
    };

    [Theory]
    [MemberData(nameof(Losses), DisableDiscoveryEnumeration = true)]
    public void Intervals_hold_their_share_of_what_comes(Objective loss)
    {
        ForecastTask task = Noise(2);
        TrainedNetwork network = Network(task, loss);
        ForecastIntervals intervals = ForecastIntervals.Fit(network, task.Validation)!;
        NetworkOutputs said = NetworkOutputs.Of(network, task.Test!);
        foreach (double level in ForecastIntervals.Shown)
        {
            IntervalScore score = PredictedBand.Of(level, intervals.Around(task.Test!, said, level)).Score(task.Test!);
            Assert.InRange(score.Coverage, level - 0.03, level + 0.03);
        }
    }

    [Theory]
    [MemberData(nameof(Losses), DisableDiscoveryEnumeration = true)]
    public void Intervals_of_greater_levels_hold_those_of_smaller_ones(Objective loss)
    {
        foreach (ValueTransform transform in Enum.GetValues<ValueTransform>())
        {
            ForecastTask task = Noise(2, transform);
            TrainedNetwork network = Network(task, loss);
            ForecastIntervals intervals = ForecastIntervals.Fit(network, task.Validation)!;
            NetworkOutputs said = NetworkOutputs.Of(network, task.Test!);
            (IReadOnlyList<double> lower, IReadOnlyList<double> upper) = intervals.Around(task.Test!, said, 0.2);
            foreach (double level in (double[])[0.4, 0.6, 0.8, 0.95])
            {
                (IReadOnlyList<double> wider, IReadOnlyList<double> higher) = intervals.Around(task.Test!, said, level);
                for (int i = 0; i < lower.Count; i++)
                    Assert.True(wider[i] <= lower[i] && lower[i] <= upper[i] && upper[i] <= higher[i]);
                (lower, upper) = (wider, higher);
            }
        }
    }

    /// <summary>Test rows that scatter half as much as the validation rows: intervals from these alone would hold nearly all of them.</summary>
    [Fact]
    public void Intervals_follow_a_series_that_drifts()
    {
        ForecastTask task = Drifting(later: 0);
        TrainedNetwork network = Network(task, new MeanSquaredError());
        ForecastIntervals intervals = ForecastIntervals.Fit(network, task.Validation)!;
        NetworkOutputs said = NetworkOutputs.Of(network, task.Test!);
        WindowDataset test = task.Test!;
        double[] actual = test.Actual();
        foreach (double level in ForecastIntervals.Shown)
        {
            PredictedBand band = PredictedBand.Of(level, intervals.Around(test, said, level));
            Assert.True(CoverageOf(band, actual, 0, 200) > level + ((1 - level) / 2));
            Assert.InRange(CoverageOf(band, actual, actual.Length / 2, actual.Length), level - 0.03, level + 0.03);

            // What comes next has the levels that the test rows have taught.
            NetworkOutputs ahead = NetworkOutputs.Of(network, task.Next);
            double WidthOf(ForecastIntervals of) => of.Around(task.Next, ahead, level) is var (lower, upper) ? upper[0] - lower[0] : 0;
            Assert.True(WidthOf(intervals.After(test, said)) < 0.8 * WidthOf(intervals));
            Assert.Equal(WidthOf(intervals), WidthOf(intervals.After(task.Next, ahead))); // nobody knows what comes there
        }

        static double CoverageOf(PredictedBand band, double[] actual, int from, int to) =>
            Enumerable.Range(from, to - from).Average(at => band.Lower[at] <= actual[at] && actual[at] <= band.Upper[at] ? 1.0 : 0);
    }

    /// <summary>The law: an interval knows nothing that came at or behind its window's origin.</summary>
    [Fact]
    public void Intervals_know_no_later_value()
    {
        const int Changed = 5000;
        ForecastTask task = Drifting(later: 0), other = Drifting(later: Changed);
        TrainedNetwork network = Network(task, new MeanSquaredError());
        ForecastIntervals intervals = ForecastIntervals.Fit(network, task.Validation)!;
        (IReadOnlyList<double> lower, IReadOnlyList<double> upper) = intervals.Around(task.Test!, NetworkOutputs.Of(network, task.Test!), 0.95);
        (IReadOnlyList<double> otherLower, IReadOnlyList<double> otherUpper) = intervals.Around(other.Test!, NetworkOutputs.Of(network, other.Test!), 0.95);
        int same = 2 * (Changed - task.Test!.FirstOrigin + 1);
        Assert.Equal(lower.Take(same), otherLower.Take(same));
        Assert.Equal(upper.Take(same), otherUpper.Take(same));
        Assert.NotEqual(upper[^1], otherUpper[^1]);
    }

    /// <param name="later">The first row whose values are others; 0 for none.</param>
    private static ForecastTask Drifting(int later)
    {
        var random = new Random(7);
        double[] values = [.. Enumerable.Range(0, Rows).Select(row =>
            20 + (((random.NextDouble() * random.NextDouble()) - 0.25) * (row < 0.6 * Rows ? 4 : 2)))];
        for (int row = later; later > 0 && row < Rows; row++) values[row] += 9;
        ForecastDataSpec spec = new() { Targets = ["y"], Window = 3, Horizon = 2, Split = new(0.2, 0.4, 0.4) };
        return ForecastTask.Prepare(spec, new Table("noise", [new Column("y", values)]));
    }

    [Fact]
    public void Without_validation_windows_there_is_no_interval()
    {
        ForecastTask task = Noise(1);
        Assert.Null(ForecastIntervals.Fit(Network(task, new MeanSquaredError()), null));
        Assert.Null(ForecastIntervals.Fit(Network(task, new MeanSquaredError()), task.Next)); // whose targets nobody knows
    }

    [Fact]
    public void Quantiles_that_cross_are_put_in_order_and_the_middle_one_is_the_forecast()
    {
        ForecastTask task = Noise(2);
        TrainedNetwork network = Network(task, new QuantileLoss(new(0.9, 0.1, 0.5)));
        float[] raw = network.Outputs(task.Test!);
        NetworkOutputs said = NetworkOutputs.Of(network, task.Test!);
        Assert.Equal([0.1, 0.5, 0.9], said.Quantiles.Select(quantile => quantile.Level));
        Assert.Equal(said.Quantiles[1].Values, said.Points);
        for (int i = 0; i < said.Points.Length; i++)
            Assert.Equal(raw[(3 * i)..((3 * i) + 3)].Order(), said.Quantiles.Select(quantile => quantile.Values[i]));
    }

    [Fact]
    public void A_mean_and_a_spread_give_quantiles_around_the_mean()
    {
        ForecastTask task = Noise(2);
        TrainedNetwork network = Network(task, new GaussianLikelihood());
        float[] raw = network.Outputs(task.Test!);
        NetworkOutputs said = NetworkOutputs.Of(network, task.Test!);
        Assert.Equal(task.Test!.Rows * 2, said.Points.Length);
        for (int row = 0; row < task.Test.Rows; row++) Assert.Equal(raw[(4 * row)..((4 * row) + 2)], said.Points[(2 * row)..((2 * row) + 2)]);
        float[] Quantile(double level) => said.Quantiles.Single(quantile => Math.Abs(quantile.Level - level) < 1e-9).Values;
        float[] tenth = Quantile(0.1), last = Quantile(0.9);
        for (int i = 0; i < tenth.Length; i++)
        {
            double deviation = Math.Sqrt(Math.Max(1e-6, Math.Log(1 + Math.Exp(raw[((i / 2) * 4) + 2 + (i % 2)]))));
            Assert.Equal(2 * 1.2815515655446004 * deviation, last[i] - tenth[i], 1e-5);
        }
    }
}
