namespace RnnActors.Data.Series;

/// <summary>
/// Adaptive conformal inference (Gibbs and Candès 2021). The level of an interval rises a little with each value outside of it, and falls a little with each
/// value inside. In the long run the intervals cover the wanted share of the values, however the series drifts.
/// </summary>
public static class AdaptiveConformal
{
    /// <summary>The step size γ of the paper.</summary>
    public const double Rate = 0.005;

    /// <summary>The level after the next value: α + γ (ᾱ - err) for α = 1 - level, clamped to [0, 1].</summary>
    /// <param name="level">The level of the interval.</param>
    /// <param name="wanted">The share of the values that intervals should cover.</param>
    /// <param name="isHeld">Whether the interval covered the value.</param>
    public static double Next(double level, double wanted, bool isHeld) => Math.Clamp(level + (Rate * ((isHeld ? 0 : 1) - (1 - wanted))), 0, 1);
}
