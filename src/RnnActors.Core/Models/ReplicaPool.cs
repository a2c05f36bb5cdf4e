using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>
/// Replicas that predict with parameters that never change. One that is given back serves the next caller of its size, so a server allocates no workspace for
/// each request. Any number of threads may ask at once.
/// </summary>
/// <param name="parameters">(P).</param>
/// <param name="weights">The packed weights that all replicas share; null where each packs its own.</param>
public sealed class ReplicaPool(Model model, ReadOnlyMemory<float> parameters, SharedWeights? weights = null)
{
    /// <summary>The most positions of an input that is kept: a file of many rows leaves no memory behind.</summary>
    internal const int MaxKeptPositions = 1 << 13;

    /// <summary>Replicas that are kept at most, so that each processor has one of two sizes.</summary>
    internal static readonly int MaxKept = 2 * Environment.ProcessorCount;

    // The one given back last is at the end.
    private readonly List<Replica> _free = [];
    private readonly Lock _lock = new();

    public Model Model => model;

    /// <summary>Replicas that wait for a caller.</summary>
    internal int Kept
    {
        get
        {
            lock (_lock) return _free.Count;
        }
    }

    /// <summary>A replica with room for so many rows of a dataset, for the caller alone until it is given back.</summary>
    internal Replica Take(SequenceDataset data, int capacity)
    {
        SequenceLayout[] layouts = [.. model.Inputs.Select((_, i) => data.CreateLayout(i, capacity))];
        lock (_lock)
        {
            int found = _free.FindLastIndex(free => free.Layouts.Zip(layouts).All(pair => Fits(pair.First, pair.Second)));
            if (found >= 0)
            {
                Replica free = _free[found];
                _free.RemoveAt(found);
                return free;
            }
        }

        var replica = new Replica(model, layouts, training: false, shared: weights);
        replica.Prepare(parameters);
        return replica;
    }

    /// <summary>Gives back what <see cref="Take"/> gave. What is not given back is collected.</summary>
    internal void GiveBack(Replica replica)
    {
        if (replica.Layouts.Any(layout => layout.MaxPositions > MaxKeptPositions)) return;
        lock (_lock)
        {
            if (_free.Count == MaxKept) _free.RemoveAt(0);
            _free.Add(replica);
        }
    }

    /// <summary>Rows of unequal lengths may be shorter than a layout's longest one; those of equal length have its steps.</summary>
    private static bool Fits(SequenceLayout own, SequenceLayout wanted) =>
        own.IsRagged == wanted.IsRagged && own.Capacity >= wanted.Capacity
        && (own.IsRagged ? own.MaxSteps >= wanted.MaxSteps && own.MaxPositions >= wanted.MaxPositions : own.MaxSteps == wanted.MaxSteps);
}
