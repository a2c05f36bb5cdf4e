using MathNet.Numerics.Distributions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Tasks.Forecasting;

/// <summary>What networks say whose outputs are known: all their weights are 0 and only the biases count.</summary>
public class ForecastPathsTests
{
    private const int Horizon = 2, Outputs = 2 * Horizon;

    private static readonly ForecastDataSpec Counts = new() { Targets = ["a", "b"], Window = 4, Horizon = Horizon, Scale = Scaling.None };

    private static readonly ForecastTask Task = ForecastTask.Prepare(
        Counts, new Table("counts",
        [new("a", [.. Enumerable.Range(0, 60).Select(i => (double)(i % 7))]), new("b", [.. Enumerable.Range(0, 60).Select(i => (double)(i % 11))])]));

    public static TheoryData<string> Distributions => ["gaussian", "studentT", "negativeBinomial", "quantile"];

    [Theory]
    [MemberData(nameof(Distributions))]
    public void The_same_seed_draws_the_same_bits_whatever_the_threads_and_another_seed_others(string loss)
    {
        double[] paths = ForecastPaths.Draw(Network(loss), Task.Next, 20);

        Assert.Equal(Task.Next.Rows * 20 * Outputs, paths.Length);
        Assert.Equal(paths, ForecastPaths.Draw(Network(loss, threads: 1), Task.Next, 20));
        Assert.Equal(paths[..(5 * Outputs)], ForecastPaths.Draw(Network(loss), Task.Next, 5));
        Assert.NotEqual(paths, ForecastPaths.Draw(Network(loss, seed: 2), Task.Next, 20));
        Assert.NotEqual(paths[..Outputs], paths[Outputs..(2 * Outputs)]);
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void The_mean_and_the_shares_of_many_paths_are_those_of_the_forecast(string loss)
    {
        const int Paths = 20_000;
        TrainedNetwork network = Network(loss);
        NetworkOutputs said = NetworkOutputs.Of(network, Task.Next);
        double[] paths = ForecastPaths.Draw(network, Task.Next, Paths);
        for (int output = 0; output < Outputs; output++)
        {
            double[] own = [.. Enumerable.Range(0, Paths).Select(path => paths[(path * Outputs) + output])];
            Assert.InRange(own.Average(), said.Points[output] - 0.12, said.Points[output] + 0.12);
            foreach ((double level, float[] values) in said.Quantiles)
                Assert.InRange(level, (own.Count(value => value < values[output]) / (double)Paths) - 0.012,
                    (own.Count(value => value <= values[output] + 1e-6) / (double)Paths) + 0.012);
        }
    }

    [Theory]
    [MemberData(nameof(Distributions))]
    public void Windows_are_drawn_by_themselves(string loss)
    {
        double[] paths = ForecastPaths.Draw(Network(loss), Task.Test!, 10);
        Assert.NotEqual(paths[..(10 * Outputs)], paths[(10 * Outputs)..(20 * Outputs)]);
    }

    /// <summary>A random walk, of which the network says the last value for every step: its errors
    /// add up over the steps, and so must those of a path.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Steps_of_a_path_go_together_as_errors_on_the_validation_rows_do(bool isKnown)
    {
        const int Steps = 4, Paths = 4_000;
        var random = new Random(5);
        double level = 0;
        double[] walk = [.. Enumerable.Range(0, 900).Select(_ => level += random.NextDouble() - 0.5)];
        ForecastDataSpec spec = new()
        {
            Targets = ["a"],
            Window = 4,
            Horizon = Steps,
            Scale = Scaling.None,
            RelativeTo = TargetBase.Last,
            Split = new(100, 700, 100),
        };
        ForecastTask task = ForecastTask.Prepare(spec, new Table("walk", [new("a", walk)]));
        // The variance of a sum of uniform steps is 1/12 each.
        TrainedNetwork network = NetworkOf(new GaussianLikelihood(),
            [.. new float[Steps], .. Enumerable.Range(0, Steps).Select(step => VarianceBias((step + 1) / 12.0))], 1, 2, task.Next.Input);
        double[] paths = ForecastPaths.Draw(network, task.Next, Paths, isKnown ? StepDependence.Fit(network, task.Validation!) : null);

        double last = walk[^1];
        double[][] own = [.. Enumerable.Range(0, Paths).Select(path => paths[(path * Steps)..((path + 1) * Steps)])];
        double VarianceOf(Func<double[], double> of) => own.Average(path => of(path) * of(path));
        for (int step = 0; step < Steps; step++) Assert.Equal((step + 1) / 12.0, VarianceOf(path => path[step] - last), 0.04);
        double sum = VarianceOf(path => path.Sum() - (Steps * last));
        Assert.Equal(isKnown ? 30 / 12.0 : 10 / 12.0, sum, isKnown ? 0.5 : 0.15); // Σ over i, j of min(i, j), against Σ over i of i
        Assert.Equal(paths[..(10 * Steps)], ForecastPaths.Draw(network, task.Next, 10, isKnown ? StepDependence.Fit(network, task.Validation!) : null));
    }

    [Fact]
    public void Points_and_quantiles_lie_where_the_layout_says_and_agree_with_other_libraries()
    {
        NetworkOutputs student = NetworkOutputs.Of(Network("studentT"), Task.Next), counts = NetworkOutputs.Of(Network("negativeBinomial"), Task.Next);
        Assert.Equal([0.025, .. ForecastIntervals.Quantiles, 0.975], student.Quantiles.Select(quantile => quantile.Level));
        for (int output = 0; output < Outputs; output++)
        {
            double scale = Softplus(0.5 * output), freedom = 2 + Softplus(output), mean = Softplus(3 + output), dispersion = Softplus(-1 + (0.5 * output));
            Assert.Equal(3 + output, student.Points[output], 1e-6);
            Assert.Equal(mean, counts.Points[output], 1e-5);
            var negative = new MathNet.Numerics.Distributions.NegativeBinomial(1 / dispersion, 1 / (1 + (dispersion * mean)));
            foreach ((double level, float[] values) in student.Quantiles)
                Assert.Equal(MathNet.Numerics.Distributions.StudentT.InvCDF(3 + output, scale, freedom, level), values[output], 1e-4);
            foreach ((double level, float[] values) in counts.Quantiles)
            {
                Assert.True(negative.CumulativeDistribution(values[output]) >= level - 1e-9);
                Assert.True(values[output] == 0 || negative.CumulativeDistribution(values[output] - 1) < level + 1e-9);
            }
        }
    }

    [Fact]
    public void Normal_quantiles_agree_with_another_library()
    {
        foreach (double level in (double[])[1e-12, 1e-5, 0.025, 0.1, 0.4, 0.5, 0.6, 0.9, 0.975, 0.99999])
            Assert.Equal(Normal.InvCDF(0, 1, level), Core.Kernels.Functions.PortableQuantiles.Normal(level), 1e-7);
    }

    [Fact]
    public void Paths_of_counts_are_counts() => Assert.All(
        ForecastPaths.Draw(Network("negativeBinomial"), Task.Next, 50), value => Assert.True(value >= 0 && Math.Floor(value) == value));

    [Theory]
    [InlineData("mse", "training.loss is mse")]
    [InlineData("mae", "training.loss is mae")]
    [InlineData("huber", "training.loss is huber")]
    [InlineData("median", "one quantile")]
    public void A_loss_without_a_distribution_is_refused_with_those_that_have_one(string loss, string problem)
    {
        string message = Assert.Throws<InvalidInputException>(() => ForecastPaths.Draw(Network(loss), Task.Next, 3)).Message;
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Contains("gaussian, studentT, negativeBinomial", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scale")]
    [InlineData("transform")]
    [InlineData("relativeTo")]
    [InlineData("normalize")]
    public void Counts_that_are_made_other_numbers_are_refused_with_the_key(string key)
    {
        ForecastDataSpec changed = key switch
        {
            "scale" => Counts with { Scale = Scaling.MinMax },
            "transform" => Counts with { Transform = ValueTransform.Log },
            "relativeTo" => Counts with { RelativeTo = TargetBase.Last },
            _ => Counts with { Normalize = WindowNormalization.Mean },
        };
        string message = Refused(changed);
        Assert.Contains($"data.{key} is ", message, StringComparison.Ordinal);
        Assert.Contains($"Set data.{key}=none", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("0.5")]
    public void Targets_that_are_no_counts_are_refused_with_the_value(string value)
    {
        string path = TestTables.Write($"a,b\n{string.Join('\n', Enumerable.Range(0, 50).Select(i => i == 30 ? $"{value},1" : $"{i % 5},{i % 3}"))}\n");
        Assert.Contains($"'a' has the value {value}", Refused(Counts with { Path = path }), StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_as_they_are_are_taken()
    {
        string path = TestTables.Write($"a,b\n{string.Join('\n', Enumerable.Range(0, 50).Select(i => $"{i % 5},{i % 3}"))}\n");
        Assert.IsType<ForecastTask>(new ForecastKind()
            .Prepare((DataSpec)(Counts with { Path = path }), "", Training(new Core.Objectives.NegativeBinomial(), 1)));
    }

    private static string Refused(ForecastDataSpec spec) => Assert.Throws<InvalidInputException>(
        () => new ForecastKind().Prepare((DataSpec)spec, "", Training(new Core.Objectives.NegativeBinomial(), 1))).Message;

    private static double Softplus(double x) => Math.Log(1 + Math.Exp(x));

    private static TrainingSpec Training(Objective loss, ulong seed) => new() { Loss = loss, Optimizer = new Adam(0.01), Seed = seed };

    /// <summary>Output o of a distribution: locations and means 3 + o, scales and dispersions ½o,
    /// freedoms o, before their softplus; of quantiles 0, 2 and 4 above o.</summary>
    private static TrainedNetwork Network(string name, ulong seed = 1, int threads = 3)
    {
        IEnumerable<float> Block(Func<int, double> of) => Enumerable.Range(0, Outputs).Select(output => (float)of(output));
        (Objective loss, float[] biases) = name switch
        {
            "gaussian" => ((Objective)new GaussianLikelihood(), (float[])[.. Block(o => 3 + o), .. Block(o => 0.5 * o)]),
            "studentT" => (new Core.Objectives.StudentT(), [.. Block(o => 3 + o), .. Block(o => 0.5 * o), .. Block(o => o)]),
            "negativeBinomial" => (new Core.Objectives.NegativeBinomial(), [.. Block(o => 3 + o), .. Block(o => -1 + (0.5 * o))]),
            "quantile" => (new QuantileLoss(new(0.1, 0.5, 0.9)), [.. Enumerable.Range(0, Outputs).SelectMany(o => new float[] { o, o + 2, o + 4 })]),
            "median" => (new QuantileLoss(new(0.5)), [.. Block(o => o)]),
            "mae" => (new MeanAbsoluteError(), [.. Block(o => o)]),
            "huber" => (new Huber(1), [.. Block(o => o)]),
            _ => (new MeanSquaredError(), [.. Block(o => o)]),
        };
        return NetworkOf(loss, biases, seed, threads, Task.Next.Input);
    }

    /// <summary>The output whose softplus is a variance.</summary>
    private static float VarianceBias(double variance) => (float)Math.Log(Math.Exp(variance) - 1);

    private static TrainedNetwork NetworkOf(Objective loss, float[] biases, ulong seed, int threads, Shape input)
    {
        var model = new Model(new ModelSpec([new Gru(2), new Dense(biases.Length)]), input);
        var parameters = new AlignedBuffer(model.Layout.Length);
        biases.CopyTo(parameters.Memory.Span[model.Layout.Slots[^1].Offset..]);
        return new TrainedNetwork(model, Training(loss, seed), parameters, threads);
    }
}
