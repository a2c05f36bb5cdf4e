using RnnActors.Core.Objectives;
using Xunit;

namespace RnnActors.Core.Tests.Objectives;

/// <summary>A target that is not a number was not observed: it has no part in sum, count or gradient.</summary>
public class AbsentTargetTests
{
    public static TheoryData<StepObjective, int> Losses => new()
    {
        { new MeanSquaredError(), 1 }, { new MeanAbsoluteError(), 1 }, { new Huber(0.5), 1 }, { new QuantileLoss(new(0.1, 0.5, 0.9)), 3 },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void It_changes_nothing_beside_it(StepObjective loss, int outputsEach)
    {
        float[] targets = [0.5f, float.NaN, -2, float.NaN, 3], known = [0.5f, -2, 3];
        float[] outputs = [.. Enumerable.Range(0, targets.Length * outputsEach).Select(i => (float)Math.Sin(i))], gradient = new float[outputs.Length];
        bool IsKnown(int output) => !float.IsNaN(targets[output / outputsEach]);
        float[] without = [.. outputs.Where((_, i) => IsKnown(i))], alone = new float[without.Length];
        LossSum all = loss.EvaluateStep(outputs, targets, [], outputs.Length, 0.7f, gradient),
            expected = loss.EvaluateStep(without, known, [], without.Length, 0.7f, alone);

        Assert.Equal(expected, all);
        Assert.Equal(alone, gradient.Where((_, i) => IsKnown(i)));
        Assert.All(gradient.Where((_, i) => !IsKnown(i)), slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void A_mean_and_a_variance_without_a_target_have_no_gradient()
    {
        float[] outputs = [0.1f, 0.2f, 0.3f, 0.4f], gradient = new float[4];
        LossSum sum = new GaussianLikelihood().EvaluateStep(outputs, [1, float.NaN], [], 4, 1, gradient);
        Assert.Equal(1, sum.Count);
        Assert.Equal((0, 0), (gradient[1], gradient[3]));
        Assert.True(double.IsFinite(sum.Sum) && gradient[0] != 0 && gradient[2] != 0);
    }
}
