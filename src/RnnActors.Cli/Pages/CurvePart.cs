using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Pages;

/// <summary>The end of a curve: what the reader has from the point <see cref="From"/> on is replaced by these.</summary>
/// <param name="From">How many points of it the reader keeps; 0 where the curve was thinned.</param>
/// <param name="At">Steps, ascending.</param>
/// <param name="Values">As many: means.</param>
/// <param name="Lowest">As many; null where a point is one value, so that they are the same.</param>
/// <param name="Highest">As many; null where a point is one value.</param>
internal sealed record CurvePart(string Key, int Stride, int From, double[] At, double[] Values, double[]? Lowest, double[]? Highest)
{
    /// <param name="before">What the reader has; null for nothing.</param>
    /// <returns>Null where nothing has changed.</returns>
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
