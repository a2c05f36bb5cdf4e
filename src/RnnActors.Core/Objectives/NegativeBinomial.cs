using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Objectives;

/// <summary>
/// The negative log likelihood of a count t by a negative binomial distribution with mean m and variance m + αm². With r = 1/α: ln Γ(r) + ln Γ(t + 1) - ln Γ(t
/// + r) + r·ln(1 + αm) - t·ln(αm/(1 + αm)). Of 2k outputs, the first k are means behind a softplus, the others dispersions α behind a softplus, both at least
/// <see cref="Min"/>. Salinas et al. 2020, DeepAR. A target below 0 is no count, and its loss not a number.
/// </summary>
public sealed record NegativeBinomial : DistributionObjective
{
    /// <summary>The least mean and dispersion. Beneath, counts are Poisson's to six digits.</summary>
    public const double Min = 1e-6;

    public override string Name => "negativeBinomial";

    public override int OutputsPerTarget => 2;

    public override double Point(ReadOnlySpan<float> outputs) => Positive(outputs[0], Min).Value;

    public override double Quantile(ReadOnlySpan<float> outputs, double level) =>
        PortableQuantiles.NegativeBinomial(level, Positive(outputs[0], Min).Value, Positive(outputs[1], Min).Value);

    /// <summary>Poisson's with a mean that is a gamma number.</summary>
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

        // The slope of the likelihood with respect to r, in differences that stay small where r is large; dr/dα = -r².
        double bySize = PortableGamma.DigammaDifference(r, target) - (target * dispersion)
            + ((mean * dispersion) - log) + (mean * (target - mean) / (r * (r + mean)));
        slopes[1] = r * r * bySize * dispersionSlope;

        // t·ln r, in the gamma functions and in ln αm, cancels: what is left is Poisson's where r is large.
        return PortableGamma.LogGamma(target + 1) - PortableGamma.LogRising(r, target) + ((r + target) * log) - (target * PortableMath.Log(mean));
    }
}
