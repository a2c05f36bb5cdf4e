using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Models;

/// <summary>
/// Replicas that predict with constant parameters. A returned one serves the next caller of its size, so a server allocates no workspace for each request.
/// Thread-safe.
/// </summary>
/// <param name="parameters">(P).</param>
/// <param name="weights">The packed weights that all replicas share; null where each packs its own.</param>
public sealed class ReplicaPool(Model model, ReadOnlyMemory<float> parameters, SharedWeights? weights = null)
{
    /// <summary>The maximum number of positions of a kept replica's inputs. Those for a file of many rows are collected.</summary>
    internal const int MaxKeptPositions = 1 << 13;

    /// <summary>The maximum number of idle replicas: two sizes for each processor.</summary>
    internal static readonly int MaxKept = 2 * Environment.ProcessorCount;

    // The one returned last is at the end.
    private readonly List<Replica> _free = [];
    private readonly Lock _lock = new();

    public Model Model => model;

    /// <summary>The number of idle replicas.</summary>
    internal int Kept
    {
        get
        {
            lock (_lock) return _free.Count;
        }
    }

    /// <summary>A replica for <paramref name="capacity"/> rows of a dataset, for the caller alone until it is returned.</summary>
    internal Replica Rent(SequenceDataset data, int capacity)
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

    /// <summary>Returns a rented replica. One that is not returned is collected.</summary>
    internal void Return(Replica replica)
    {
        if (replica.Layouts.Any(layout => layout.MaxPositions > MaxKeptPositions)) return;
        lock (_lock)
        {
            if (_free.Count == MaxKept) _free.RemoveAt(0);
            _free.Add(replica);
        }
    }

    /// <summary>Rows of unequal lengths may be shorter than the layout's longest; rows of equal length must have its steps.</summary>
    private static bool Fits(SequenceLayout own, SequenceLayout wanted) =>
        own.IsRagged == wanted.IsRagged && own.Capacity >= wanted.Capacity
        && (own.IsRagged ? own.MaxSteps >= wanted.MaxSteps && own.MaxPositions >= wanted.MaxPositions : own.MaxSteps == wanted.MaxSteps);
}
