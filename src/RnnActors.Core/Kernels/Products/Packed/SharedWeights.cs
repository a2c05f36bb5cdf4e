namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// The packed weights that a process's replicas of one model share. They are packed once a step by all replicas together, and are in memory once. A replica
/// that is alone packs its own, in less memory.
/// </summary>
/// <param name="isFixed">Whether the parameters never change and there is no backward pass. Packed weights are then read without a lock.</param>
public sealed class SharedWeights(bool isFixed = false)
{
    /// <summary>Floats of a weight from which on its two packings take turns in one memory; for smaller ones the wait would not pay.</summary>
    private const int LargeWeight = 512 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<(int Offset, bool Transposed), SharedPacking> _packings = [];

    /// <param name="offset">The weight's offset in the parameters.</param>
    /// <param name="k">K of the packed matrix.</param>
    /// <param name="n">N of the packed matrix.</param>
    /// <param name="transposed">Whether the weight lies as (N, K).</param>
    /// <param name="groups">Groups of columns (gates).</param>
    internal SharedPacking Find(int offset, int k, int n, bool transposed, int groups = 1)
    {
        lock (_lock)
        {
            if (_packings.TryGetValue((offset, transposed), out var packing)) return packing;
            var other = (long)k * n >= LargeWeight ? _packings.GetValueOrDefault((offset, !transposed)) : null;
            _packings.Add((offset, transposed), packing = new SharedPacking(k, n, transposed, other, groups, isFixed));
            return packing;
        }
    }
}

/// <summary>One replica's view of the shared weights.</summary>
internal sealed class ReplicaWeights(SharedWeights shared)
{
    public SharedWeights Shared { get; } = shared;

    /// <summary>The version of the parameters that the replica computes with.</summary>
    public long Version { get; set; }
}
