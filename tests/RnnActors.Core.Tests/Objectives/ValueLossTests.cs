using CsCheck;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Objectives;

public sealed class ValueLossTests
{
    private static readonly Dictionary<string, (StepObjective Loss, Func<double, double> Formula)> All = new()
    {
        ["mse"] = (new MeanSquaredError(), d => d * d),
        ["mae"] = (new MeanAbsoluteError(), Math.Abs),
        ["huber"] = (new Huber(0.7), d => Math.Abs(d) <= 0.7 ? d * d / 2 : 0.7 * (Math.Abs(d) - 0.35)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sum_and_gradient_agree_with_the_formula_and_its_finite_differences(string name)
    {
        (StepObjective loss, Func<double, double> formula) = All[name];
        Assert.Equal(name, loss.Name);
        Gen.Select(Gen.Float[-2, 2], Gen.Float[-2, 2]).Array[1, 40].Sample(pairs =>
        {
            float[] outputs = [.. pairs.Select(p => p.Item1)], targets = [.. pairs.Select(p => p.Item2)];
            var gradient = new float[outputs.Length];
            LossSum result = loss.EvaluateStep(outputs, targets, [], 1, 0.25f, gradient);

            Assert.Equal(pairs.Sum(p => formula((double)p.Item1 - p.Item2)), result.Sum, 1e-9);
            Assert.Equal(outputs.Length, result.Count);
            Assert.Equal(loss.CountOf(outputs.Length, outputs.Length, new TargetShape(1, false, false)), result.Count);
            for (int i = 0; i < outputs.Length; i++)
            {
                double d = (double)outputs[i] - targets[i], h = 1e-6;
                if (name == "mae" && Math.Abs(d) < h) continue;
                Assert.Equal(0.25 * (formula(d + h) - formula(d - h)) / (2 * h), gradient[i], 1e-5);
            }
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_written_over_the_outputs_is_the_same_bits(string name) =>
        Gen.Select(Gen.Float[-2, 2], Gen.Float[-2, 2]).Array[1, 40].Sample(pairs =>
    {
        float[] outputs = [.. pairs.Select(p => p.Item1)], targets = [.. pairs.Select(p => p.Item2)], gradient = new float[outputs.Length];
        LossSum apart = All[name].Loss.EvaluateStep(outputs, targets, [], 1, 0.25f, gradient);
        Assert.Equal(apart, All[name].Loss.EvaluateStep(outputs, targets, [], 1, 0.25f, outputs));
        Assert.Equal(gradient, outputs);
    });

    [Theory]
    [InlineData("mse", 0.25)]
    [InlineData("mae", 0.5)]
    [InlineData("huber", 0.125)]
    public void Half_a_unit_apart_costs(string name, double expected) =>
        Assert.Equal(expected, All[name].Loss.EvaluateStep([1.5f], [1], [], 1, 1, []).Mean);

    [Theory]
    [MemberData(nameof(Names))]
    public void Perfect_outputs_have_no_loss_and_no_gradient(string name)
    {
        float[] gradient = [9, 9];
        Assert.Equal(0, All[name].Loss.EvaluateStep([1, -2], [1, -2], [], 2, 1, gradient).Sum);
        Assert.Equal([0, 0], gradient);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Not_a_number_shows_in_loss_and_gradient(string name)
    {
        var gradient = new float[2];
        Assert.True(double.IsNaN(All[name].Loss.EvaluateStep([float.NaN, 0], [1, 0], [], 2, 1, gradient).Sum));
        Assert.True(float.IsNaN(gradient[0]));
        Assert.Equal(0, gradient[1]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Other_sizes_are_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => All[name].Loss.EvaluateStep([1, 2], [1], [], 1, 1, []));
        Assert.Throws<ArgumentException>(() => All[name].Loss.EvaluateStep([1, 2], [1, 2], [], 1, 1, new float[1]));
    }
}
