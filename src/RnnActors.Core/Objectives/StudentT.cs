using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Objectives;

/// <summary>
/// The negative log likelihood of a target t under Student's t distribution, whose heavy tails tolerate outliers. With z = (t - m)/s it is
/// ln s + ½·ln πν + ln Γ(½ν) - ln Γ(½(ν + 1)) + ½(ν + 1)·ln(1 + z²/ν). Of 3k outputs, the first k are locations m; the next k give scales s through a softplus,
/// at least <see cref="MinScale"/>. The last k give degrees of freedom ν, 2 plus a softplus, so that the variance is finite. PyTorch's
/// <c>torch.distributions.StudentT</c>.
/// </summary>
public sealed record StudentT : DistributionObjective
{
    /// <summary>The smallest scale: the square root of <see cref="GaussianLikelihood.MinVariance"/>.</summary>
    public const double MinScale = 1e-3;

    private const double MinFreedom = 2;

    public override string Name => "studentT";

    public override int OutputsPerTarget => 3;

    public override double Point(ReadOnlySpan<float> outputs) => outputs[0];

    public override double Quantile(ReadOnlySpan<float> outputs, double level) =>
        outputs[0] + (Positive(outputs[1], MinScale).Value * PortableQuantiles.StudentT(level, FreedomOf(outputs[2]).Value));

    /// <summary>A normal sample divided by the root of a scaled χ² sample.</summary>
    public override double Draw(ReadOnlySpan<float> outputs, ref RandomSequence random)
    {
        double freedom = FreedomOf(outputs[2]).Value, normal = random.NextGaussian();
        return outputs[0] + (Positive(outputs[1], MinScale).Value * normal * Math.Sqrt(freedom / 2 / RandomVariates.Gamma(ref random, freedom / 2)));
    }

    protected override double Loss(ReadOnlySpan<float> outputs, double target, Span<double> slopes)
    {
        (double scale, double scaleSlope) = Positive(outputs[1], MinScale);
        (double freedom, double freedomSlope) = FreedomOf(outputs[2]);
        double z = (target - outputs[0]) / scale, square = z * z, log = PortableMath.Log1p(square / freedom), pull = (freedom + 1) / (freedom + square);
        slopes[0] = -pull * z / scale;
        slopes[1] = (1 - (pull * square)) / scale * scaleSlope;
        slopes[2] = 0.5 * ((1 / freedom) - PortableGamma.DigammaDifference(freedom / 2, 0.5) + log - (pull * square / freedom)) * freedomSlope;

        // Γ(½(ν + 1)) / Γ(½ν) is written relative to √(½ν), which cancels most of the constant.
        return PortableMath.Log(scale) + PortableGamma.HalfLogTwoPi - PortableGamma.LogRising(freedom / 2, 0.5) + (0.5 * (freedom + 1) * log);
    }

    private static (double Value, double Slope) FreedomOf(double output)
    {
        (double value, double slope) = Positive(output, 0);
        return (MinFreedom + value, slope);
    }
}
