namespace RnnActors.Core.Metrics;

/// <summary>A mean over those terms that are defined.</summary>
/// <param name="Value">The mean; NaN where <paramref name="Terms"/> is 0.</param>
/// <param name="Terms">How many terms are defined.</param>
/// <param name="LeftOut">How many are not.</param>
public readonly record struct PartialMean(double Value, int Terms, int LeftOut)
{
    internal static PartialMean Of(double sum, int terms, int all) => new(terms == 0 ? double.NaN : sum / terms, terms, all - terms);
}
