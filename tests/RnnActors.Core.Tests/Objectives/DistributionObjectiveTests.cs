using CsCheck;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Objectives;

public sealed class DistributionObjectiveTests
{
    private static readonly Dictionary<string, StepObjective> All = new()
    {
        ["gaussian"] = new GaussianLikelihood { Full = true },
        ["studentT"] = new StudentT(),
        ["negativeBinomial"] = new NegativeBinomial(),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_that_of_differences(string name)
    {
        StepObjective loss = All[name];
        int each = ((IDistribution)loss).OutputsPerTarget, width = 2 * each;
        Gen.Select(Gen.Float[-3, 3].Array[2 * width], Gen.Int[0, 30].Array[4]).Sample((outputs, counts) =>
        {
            float[] targets = [.. counts.Select(count => name == "negativeBinomial" ? count : (count - 15) / 5f)], gradient = new float[outputs.Length];
            LossSum sum = loss.EvaluateStep(outputs, targets, [], width, 0.5f, gradient);
            Assert.Equal(4, sum.Count);
            Assert.Equal(sum.Count, loss.CountOf(2, 2, new TargetShape(2, false, false)));
            Assert.Equal(sum, loss.EvaluateStep(outputs, targets, [], width, 0.5f, []));
            for (int i = 0; i < outputs.Length; i++)
            {
                float[] up = [.. outputs], down = [.. outputs];
                up[i] += 1e-3f;
                down[i] -= 1e-3f;
                double slope = (loss.EvaluateStep(up, targets, [], width, 1, []).Sum - loss.EvaluateStep(down, targets, [], width, 1, []).Sum)
                    / ((double)up[i] - down[i]);
                Assert.Equal(0.5 * slope, gradient[i], 1e-3 + (1e-3 * Math.Abs(slope)));
            }

            float[] over = [.. outputs];
            loss.EvaluateStep(over, targets, [], width, 0.5f, over);
            Assert.Equal(gradient, over);
        });
    }

    /// <summary>The loss does not depend on it there. PyTorch's clamp lets a slope through.</summary>
    [Theory]
    [InlineData(-30, true)]
    [InlineData(-5, false)]
    public void A_variance_below_the_least_one_has_no_slope(float spread, bool isBelow)
    {
        float[] gradient = new float[2];
        new GaussianLikelihood().EvaluateStep([0.3f, spread], [1], [], 2, 1, gradient);
        Assert.True(gradient[0] < 0);
        Assert.Equal(isBelow, gradient[1] == 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_target_that_was_not_observed_has_no_part(string name)
    {
        StepObjective loss = All[name];
        int each = ((IDistribution)loss).OutputsPerTarget;
        float[] alone = [.. Enumerable.Range(0, each).Select(p => 0.5f + p)], both = [.. alone.SelectMany(value => new[] { value, -value })];
        float[] one = new float[each], two = new float[2 * each];

        LossSum single = loss.EvaluateStep(alone, [3], [], each, 1, one);
        LossSum masked = loss.EvaluateStep(both, [3, float.NaN], [], 2 * each, 1, two);

        Assert.Equal(single, masked);
        Assert.Equal(1, masked.Count);
        Assert.Equal(one.SelectMany(value => new[] { value, 0 }), two);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_are_all_first_parameters_and_then_all_second_ones(string name)
    {
        StepObjective loss = All[name];
        int each = ((IDistribution)loss).OutputsPerTarget;
        float[] first = [.. Enumerable.Range(0, each).Select(p => 0.2f + p)], second = [.. Enumerable.Range(0, each).Select(p => 1.5f - p)];
        double apart = loss.EvaluateStep(first, [1], [], each, 1, []).Sum + loss.EvaluateStep(second, [4], [], each, 1, []).Sum;
        Assert.Equal(apart, loss.EvaluateStep([.. first.Zip(second).SelectMany(pair => new[] { pair.First, pair.Second })], [1, 4], [], 2 * each, 1, []).Sum,
            1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Other_sizes_are_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => All[name].EvaluateStep([1, 2, 3, 4, 5, 6], [1], [], 6, 1, []));
        Assert.Throws<ArgumentException>(() => All[name].EvaluateStep([1, 2, 3, 4, 5, 6, 7], [1], [], 7, 1, []));
    }

    [Theory]
    [InlineData("\"studentT\"", typeof(StudentT))]
    [InlineData("""{ "studentT": {} }""", typeof(StudentT))]
    [InlineData("\"negativeBinomial\"", typeof(NegativeBinomial))]
    [InlineData("""{ "negativeBinomial": {} }""", typeof(NegativeBinomial))]
    public void A_specification_names_them(string text, Type type)
    {
        TrainingSpec read = Read($$"""{ "loss": {{text}}, "optimizer": { "adam": {} } }""");
        Assert.IsType(type, read.Loss);
        Assert.Equal(read.Loss, Read(TrainingFormat.Instance.ToJson(read)).Loss);
    }

    /// <summary>For ν = 3 the density is 6√3 / (π(3 + z²)²), and by scale 2: half of it.</summary>
    [Fact]
    public void Students_likelihood_of_three_degrees_of_freedom_is_the_closed_form()
    {
        float scale = Inverse(2), freedom = Inverse(1);
        double z = (2.5 - 0.5) / 2, expected = -Math.Log(6 * Math.Sqrt(3) / (Math.PI * (3 + (z * z)) * (3 + (z * z))) / 2);
        Assert.Equal(expected, new StudentT().EvaluateStep([0.5f, scale, freedom], [2.5f], [], 3, 1, []).Sum, 1e-6);
    }

    [Theory]
    [InlineData(1e6f, 1e-4)]
    [InlineData(1e12f, 1e-9)]
    [InlineData(1e30f, 1e-9)]
    public void Many_degrees_of_freedom_are_Gauss(float freedom, double near)
    {
        foreach (float target in (float[])[-2, 0.3f, 5])
        {
            float[] gradient = new float[3];
            double sum = new StudentT().EvaluateStep([0.3f, Inverse(1.5), freedom], [target], [], 3, 1, gradient).Sum, z = (target - 0.3f) / 1.5;
            Assert.Equal((0.5 * z * z) + Math.Log(1.5) + (0.5 * Math.Log(2 * Math.PI)), sum, near + 1e-6);
            Assert.Equal(-z / 1.5, gradient[0], 1e-4);
            Assert.Equal(0, gradient[2], 1e-6);
        }
    }

    /// <summary>For α = 1 it is geometric: P(t) = (1/(1 + m))·(m/(1 + m))ᵗ.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    public void Counts_of_dispersion_one_are_geometric(int count)
    {
        const double Mean = 2.5;
        double expected = Math.Log(1 + Mean) + (count * Math.Log((1 + Mean) / Mean));
        Assert.Equal(expected, new NegativeBinomial().EvaluateStep([Inverse(Mean), Inverse(1)], [count], [], 2, 1, []).Sum, 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40)]
    public void Counts_of_no_dispersion_are_Poissons(int count)
    {
        const double Mean = 12;
        double factorial = Enumerable.Range(1, count).Sum(i => Math.Log(i)), expected = Mean - (count * Math.Log(Mean)) + factorial;
        float[] gradient = new float[2];
        Assert.Equal(expected, new NegativeBinomial().EvaluateStep([Inverse(Mean), -40], [count], [], 2, 1, gradient).Sum, 1e-3);
        Assert.Equal(1 - (count / Mean), gradient[0], 1e-3);
        Assert.Equal(0, gradient[1]);
    }

    [Fact]
    public void A_dispersion_just_above_its_floor_has_the_slope_of_its_limit()
    {
        // ln P = ln Poisson + ½α((t - m)² - t) + … for small α.
        const double Mean = 5;
        float output = (float)Math.Log(1e-5);
        float[] gradient = new float[2];
        new NegativeBinomial().EvaluateStep([Inverse(Mean), output], [9], [], 2, 1, gradient);
        Assert.Equal(-0.5 * (((9 - Mean) * (9 - Mean)) - 9) * 1e-5, gradient[1], 1e-8);
    }

    [Fact]
    public void What_is_below_zero_is_no_count() =>
        Assert.True(double.IsNaN(new NegativeBinomial().EvaluateStep([1, 1], [-1], [], 2, 1, new float[2]).Sum));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_share_of_the_draws_lies_below_a_quantile_and_their_mean_at_the_point(string name)
    {
        const int Draws = 20_000;
        var distribution = (IDistribution)All[name];
        float[] outputs = [2, Inverse(0.7), Inverse(4)];
        var random = new RandomSequence(new PhiloxKey(3));
        double[] draws = new double[Draws];
        for (int i = 0; i < Draws; i++) draws[i] = distribution.Draw(outputs.AsSpan(0, distribution.OutputsPerTarget), ref random);

        double point = distribution.Point(outputs);
        Assert.InRange(draws.Average(), point - 0.06, point + 0.06);
        foreach (double level in (double[])[0.025, 0.1, 0.5, 0.9, 0.975])
        {
            double quantile = distribution.Quantile(outputs, level);
            Assert.InRange(level, (draws.Count(draw => draw < quantile) / (double)Draws) - 0.012,
                (draws.Count(draw => draw <= quantile) / (double)Draws) + 0.012);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Outputs_that_are_no_numbers_end(string name)
    {
        var distribution = (IDistribution)All[name];
        float[] outputs = [float.NaN, float.NaN, float.NaN];
        var random = new RandomSequence(new PhiloxKey(3));
        Assert.True(double.IsNaN(distribution.Draw(outputs, ref random)));
        Assert.True(double.IsNaN(distribution.Quantile(outputs, 0.3)));
        Assert.True(double.IsNaN(All[name].EvaluateStep(outputs.AsSpan(0, distribution.OutputsPerTarget), [1], [], distribution.OutputsPerTarget, 1, []).Sum));
    }

    private static TrainingSpec Read(string json) => TrainingFormat.Instance.Read(SourceParser.Parse(json, "training"));

    /// <summary>The output whose softplus is a value.</summary>
    private static float Inverse(double value) => (float)Math.Log(Math.Exp(value) - 1);
}
