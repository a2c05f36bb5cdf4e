using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Objectives;

/// <summary>
/// The negative log likelihood of each target under a distribution whose parameters are the model's outputs, laid out as <see cref="IDistribution"/> says.
/// A target that is NaN was not observed and is ignored.
/// </summary>
public abstract record DistributionObjective : StepObjective, IDistribution
{
    public abstract int OutputsPerTarget { get; }

    public sealed override bool NeedsLabels => false;

    public sealed override int OutputsFor(TargetShape target) => OutputsPerTarget * target.Outputs;

    public abstract double Point(ReadOnlySpan<float> outputs);

    public abstract double Quantile(ReadOnlySpan<float> outputs, double level);

    public abstract double Draw(ReadOnlySpan<float> outputs, ref RandomSequence random);

    public sealed override LossSum EvaluateStep(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient)
    {
        int each = OutputsPerTarget;
        if (width % each != 0 || targets.Length * each != outputs.Length)
        {
            throw new ArgumentException(
                $"There are {outputs.Length} outputs in rows of {width}, but {targets.Length} targets: each needs {each} outputs.", nameof(targets));
        }

        CheckGradient(outputs, gradient);
        int values = width / each;
        Span<float> own = stackalloc float[each];
        Span<double> slopes = stackalloc double[each];
        double sum = 0;
        long count = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            int first = (i / values * width) + (i % values);
            slopes.Clear();
            if (!float.IsNaN(targets[i]))
            {
                for (int p = 0; p < each; p++) own[p] = outputs[first + (p * values)];
                count++;
                sum += Loss(own, targets[i], slopes);
            }

            if (gradient.IsEmpty) continue;
            for (int p = 0; p < each; p++) gradient[first + (p * values)] = (float)(slopes[p] * scale);
        }

        return new LossSum(sum, count, 0);
    }

    /// <summary>The loss of one target, and its derivative with respect to each of the target's outputs.</summary>
    protected abstract double Loss(ReadOnlySpan<float> outputs, double target, Span<double> slopes);

    /// <summary>A positive parameter: the output's softplus, but at least <paramref name="floor"/>; and its derivative, 0 on the floor.</summary>
    private protected static (double Value, double Slope) Positive(double output, double floor)
    {
        double softplus = GaussianLikelihood.Softplus(output);
        if (softplus < floor) return (floor, 0);
        double small = PortableMath.Exp(-Math.Abs(output));
        return (softplus, output >= 0 ? 1 / (1 + small) : small / (1 + small));
    }
}
