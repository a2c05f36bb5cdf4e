using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Objectives;

/// <summary>
/// ½(log v + (m - t)²/v), the negative log likelihood of a target t under a normal distribution with the model's mean m and variance v. Of 2k outputs, the
/// first k are means; the others give variances through a softplus, at least <see cref="MinVariance"/>. PyTorch's <c>GaussianNLLLoss</c>; Nix and Weigend 1994.
/// A target that is NaN was not observed and is ignored.
/// </summary>
public sealed record GaussianLikelihood : StepObjective, IDistribution
{
    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>The smallest variance.</summary>
    public double MinVariance { get; init; } = 1e-6;

    /// <summary>Whether the constant ½·log 2π is added, as PyTorch's <c>full</c> does.</summary>
    public bool Full { get; init; }

    public override string Name => "gaussian";

    public override bool NeedsLabels => false;

    public int OutputsPerTarget => 2;

    public override int OutputsFor(TargetShape target) => 2 * target.Outputs;

    /// <summary>log(1 + e^x), without overflow: the variance that an output stands for.</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + PortableMath.Log(1 + PortableMath.Exp(-Math.Abs(x)));

    public double Point(ReadOnlySpan<float> outputs) => outputs[0];

    public double Quantile(ReadOnlySpan<float> outputs, double level) => outputs[0] + (PortableQuantiles.Normal(level) * DeviationOf(outputs[1]));

    public double Draw(ReadOnlySpan<float> outputs, ref RandomSequence random) => outputs[0] + (random.NextGaussian() * DeviationOf(outputs[1]));

    public override LossSum EvaluateStep(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, ReadOnlySpan<int> labels, int width, float scale, Span<float> gradient)
    {
        if (width % 2 != 0 || targets.Length * 2 != outputs.Length)
            throw new ArgumentException($"There are {outputs.Length} outputs in rows of {width}, but {targets.Length} targets: each needs a mean and a "
                + $"variance.", nameof(targets));
        CheckGradient(outputs, gradient);
        int values = width / 2;
        double sum = 0;
        long count = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            int mean = (i / values * width) + (i % values), spread = mean + values;
            if (float.IsNaN(targets[i]))
            {
                if (!gradient.IsEmpty) gradient[mean] = gradient[spread] = 0;
                continue;
            }

            count++;
            double error = outputs[mean] - (double)targets[i], x = outputs[spread], softplus = Softplus(x), variance = Math.Max(softplus, MinVariance);
            sum += (0.5 * (PortableMath.Log(variance) + (error * error / variance))) + (Full ? HalfLogTwoPi : 0);
            if (gradient.IsEmpty) continue;
            double small = PortableMath.Exp(-Math.Abs(x)), slope = x >= 0 ? 1 / (1 + small) : small / (1 + small);
            gradient[mean] = (float)(error / variance * scale);
            gradient[spread] = softplus < MinVariance ? 0 : (float)(0.5 * ((1 / variance) - (error * error / (variance * variance))) * slope * scale);
        }

        return new LossSum(sum, count, 0);
    }

    private double DeviationOf(float spread) => Math.Sqrt(Math.Max(Softplus(spread), MinVariance));
}
