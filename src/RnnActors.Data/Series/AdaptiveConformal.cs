namespace RnnActors.Data.Series;

/// <summary>
/// Adaptive conformal inference (Gibbs and Candès 2021). The level of an interval rises a little with each value outside of it, and falls a little with each
/// value inside. In the long run the interval holds its share of the values, however the series drifts.
/// </summary>
public static class AdaptiveConformal
{
    /// <summary>γ, the size of a step: that of the paper.</summary>
    public const double Rate = 0.005;

    /// <summary>The level after another value has come: α + γ (ᾱ - err) for α = 1 - level, and kept from 0 to 1.</summary>
    /// <param name="level">With which the interval was made, or a later one.</param>
    /// <param name="wanted">The share of the values that intervals should hold.</param>
    /// <param name="isHeld">Whether the interval held the value.</param>
    public static double Next(double level, double wanted, bool isHeld) => Math.Clamp(level + (Rate * ((isHeld ? 0 : 1) - (1 - wanted))), 0, 1);
}
