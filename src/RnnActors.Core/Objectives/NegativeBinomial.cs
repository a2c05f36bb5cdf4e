using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Objectives;

/// <summary>
/// The negative log likelihood of a count t under a negative binomial distribution with mean m and variance m + αm². With r = 1/α it is
/// ln Γ(r) + ln Γ(t + 1) - ln Γ(t + r) + r·ln(1 + αm) - t·ln(αm/(1 + αm)). Of 2k outputs, the first k give means, the others dispersions α, each through a
/// softplus and at least <see cref="Min"/>. Salinas et al. 2020, DeepAR. A target below 0 is not a count; its loss is NaN.
/// </summary>
public sealed record NegativeBinomial : DistributionObjective
{
    /// <summary>The smallest mean and dispersion. At a smaller dispersion, the distribution equals Poisson's to six digits.</summary>
    public const double Min = 1e-6;

    public override string Name => "negativeBinomial";

    public override int OutputsPerTarget => 2;

    public override double Point(ReadOnlySpan<float> outputs) => Positive(outputs[0], Min).Value;

    public override double Quantile(ReadOnlySpan<float> outputs, double level) =>
        PortableQuantiles.NegativeBinomial(level, Positive(outputs[0], Min).Value, Positive(outputs[1], Min).Value);

    /// <summary>A Poisson sample whose mean is a gamma sample.</summary>
    public override double Draw(ReadOnlySpan<float> outputs, ref RandomSequence random)
    {
        double mean = Positive(outputs[0], Min).Value, dispersion = Positive(outputs[1], Min).Value;
        return RandomVariates.Poisson(ref random, mean * dispersion * RandomVariates.Gamma(ref random, 1 / dispersion));
    }

    protected override double Loss(ReadOnlySpan<float> outputs, double target, Span<double> slopes)
    {
        if (target < 0)
        {
            slopes.Fill(double.NaN);
            return double.NaN;
        }

        (double mean, double meanSlope) = Positive(outputs[0], Min);
        (double dispersion, double dispersionSlope) = Positive(outputs[1], Min);
        double r = 1 / dispersion, log = PortableMath.Log1p(mean * dispersion);
        slopes[0] = (mean - target) / (mean * (1 + (dispersion * mean))) * meanSlope;

        // The derivative with respect to r, written with differences that stay small where r is large; dr/dα = -r².
        double bySize = PortableGamma.DigammaDifference(r, target) - (target * dispersion)
            + ((mean * dispersion) - log) + (mean * (target - mean) / (r * (r + mean)));
        slopes[1] = r * r * bySize * dispersionSlope;

        // The t·ln r in the gamma functions cancels that in ln αm. What is left where r is large is Poisson's loss.
        return PortableGamma.LogGamma(target + 1) - PortableGamma.LogRising(r, target) + ((r + target) * log) - (target * PortableMath.Log(mean));
    }
}
