using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// Threads that help another one multiply a single row by large weights, which is bound by reading the weights from the caches. Each helper reads the same
/// columns of a weight every time, so they stay in its core's cache. Columns are independent: who computes them changes no bit.
/// </summary>
/// <remarks>
/// A <see cref="ThreadTeam"/> waits for a helper that has begun its part. With it, a token of two layers of 512 units took 1.3 to 1.7 times as long where
/// other programs competed for the processors. So here a row's product waits for a helper no longer than its own columns took.
/// </remarks>
public sealed class IntraOpThreads : IDisposable
{
    /// <summary>
    /// Floats of a model's weights from which on helpers pay. Measured on two cores with 1 MB of second-level cache each: with 660,000 floats and more a token
    /// took 0.5 to 0.6 of the time of one thread, with 240,000 between 0.75 and 1.
    /// </summary>
    private const int MinWeights = 384 * 1024;

    /// <summary>The default number of threads, which was found to pay where the machine has them, and the most that may be requested.</summary>
    private const int PayingThreads = 2, MaxThreads = 64;

    /// <summary>Floats of the smallest weight that is split: its product takes a few times as long as a handover.</summary>
    private const int MinLength = 32 * 1024;

    /// <summary>Columns are split in multiples of this, the number that is multiplied with a row at once.</summary>
    private const int Unit = 128;

    private readonly HelperThread[] _helpers;

    private IntraOpThreads(int count) => _helpers = [.. Enumerable.Range(0, count).Select(_ => new HelperThread())];

    /// <summary>Number of threads, the helped one included.</summary>
    public int Threads => _helpers.Length + 1;

    /// <summary>Helpers for a model with so many floats of weights; null where one thread is fastest.</summary>
    public static IntraOpThreads? For(long weights) => weights < MinWeights || Environment.ProcessorCount < PayingThreads ? null : Of(PayingThreads);

    /// <param name="threads">Number of threads, the helped one included.</param>
    public static IntraOpThreads Of(int threads) => new(Math.Clamp(threads, 1, MaxThreads) - 1);

    /// <summary>Ends the helper threads. Later products are computed by the calling thread alone.</summary>
    public void Dispose()
    {
        foreach (var helper in _helpers) helper.Dispose();
    }

    /// <summary>How the columns of a weight are split; null where it is too small.</summary>
    internal RowShares? Share(PackedMatrix weight)
    {
        int units = weight.N / Unit, parts = Math.Min(Threads, units);
        if (parts < 2 || (long)weight.K * weight.N < MinLength) return null;
        int First(int part) => units * part / parts * Unit;
        return new RowShares(weight, First(1), [.. Enumerable.Range(1, parts - 1).Select(part =>
            new RowPart(weight, First(part), (part == parts - 1 ? weight.N : First(part + 1)) - First(part), _helpers[part - 1]))]);
    }
}
