using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Pages;

/// <summary>The end of a curve, which replaces the reader's points from <see cref="From"/> on.</summary>
/// <param name="From">How many points the reader keeps; 0 if the curve was thinned.</param>
/// <param name="At">Steps, ascending.</param>
/// <param name="Values">The mean of each point.</param>
/// <param name="Lowest">The minimum of each point; null if each point is a single value.</param>
/// <param name="Highest">The maximum of each point; null if each point is a single value.</param>
internal sealed record CurvePart(string Key, int Stride, int From, double[] At, double[] Values, double[]? Lowest, double[]? Highest)
{
    /// <param name="before">The reader's curve; null for none.</param>
    /// <returns>Null if nothing has changed.</returns>
    public static CurvePart? Of(StoryCurve? before, StoryCurve now)
    {
        int kept = before?.Stride == now.Stride ? Common(before, now) : 0;
        if (kept == now.At.Length && before?.At.Length == kept) return null;
        bool isPlain = now.Stride == 1;
        return new CurvePart(now.Key, now.Stride, kept, now.At[kept..], now.Values[kept..], isPlain ? null : now.Lowest[kept..],
            isPlain ? null : now.Highest[kept..]);
    }

    private static int Common(StoryCurve before, StoryCurve now) => new[]
    {
        before.At.AsSpan().CommonPrefixLength(now.At),
        before.Values.AsSpan().CommonPrefixLength(now.Values),
        before.Lowest.AsSpan().CommonPrefixLength(now.Lowest),
        before.Highest.AsSpan().CommonPrefixLength(now.Highest),
    }.Min();
}
