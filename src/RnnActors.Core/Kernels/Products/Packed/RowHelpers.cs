using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// Threads that help another with the products of one row by large weights, which wait for the weights to come from the caches. Each reads the same columns of
/// a weight every time, so that they stay near its core. Columns do not depend on each other: who computes them changes no bit.
/// </summary>
/// <remarks>
/// A <see cref="ThreadTeam"/> waits for a helper that has begun its part. Used here, a token of two layers of 512 units took 1.3 to 1.7 times as long where
/// other programs wanted the processors too. So a row's product waits only as long as its own columns took.
/// </remarks>
public sealed class RowHelpers : IDisposable
{
    /// <summary>
    /// Floats of a model's weights from which on a token takes so long that handing parts of it over pays. Measured on two cores with 1 MB of second-level
    /// cache each. With 660,000 floats and more a token took 0.5 to 0.6 of the time of one thread, with 240,000 between 0.75 and 1.
    /// </summary>
    private const int MinWeights = 384 * 1024;

    /// <summary>Threads that were found to pay where the machine has them; more may be asked for, up to the most.</summary>
    private const int PayingThreads = 2, MaxThreads = 64;

    /// <summary>Floats of the smallest weight that is shared out: it takes a few times as long as a handover.</summary>
    private const int MinLength = 32 * 1024;

    /// <summary>Columns are shared out in these: so many at once are multiplied with a row.</summary>
    private const int Unit = 128;

    private readonly HelperThread[] _helpers;

    private RowHelpers(int count) => _helpers = [.. Enumerable.Range(0, count).Select(_ => new HelperThread())];

    /// <summary>Threads that work together, the one that is helped among them.</summary>
    public int Threads => _helpers.Length + 1;

    /// <summary>Helpers for a model with so many floats of weights; null where one thread is best alone.</summary>
    public static RowHelpers? For(long weights) => weights < MinWeights || Environment.ProcessorCount < PayingThreads ? null : Of(PayingThreads);

    /// <param name="threads">Threads that work together, the one that is helped among them.</param>
    public static RowHelpers Of(int threads) => new(Math.Clamp(threads, 1, MaxThreads) - 1);

    /// <summary>Ends the threads. What is multiplied afterwards is multiplied by one.</summary>
    public void Dispose()
    {
        foreach (var helper in _helpers) helper.Dispose();
    }

    /// <summary>How the columns of a weight are shared out; null where it is too small.</summary>
    internal RowShares? Share(PackedMatrix weight)
    {
        int units = weight.N / Unit, parts = Math.Min(Threads, units);
        if (parts < 2 || (long)weight.K * weight.N < MinLength) return null;
        int First(int part) => units * part / parts * Unit;
        return new RowShares(weight, First(1), [.. Enumerable.Range(1, parts - 1).Select(part =>
            new RowPart(weight, First(part), (part == parts - 1 ? weight.N : First(part + 1)) - First(part), _helpers[part - 1]))]);
    }
}
