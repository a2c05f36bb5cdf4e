namespace RnnActors.Training.Coordinator;

/// <summary>What is known of a worker.</summary>
/// <param name="Fixed">Seconds of its computing that do not depend on its shards.</param>
/// <param name="Shard">Seconds that it computes for a shard beyond these.</param>
/// <param name="Transfer">Seconds that a vector takes between the coordinator and the worker's node; 0 where buffers change hands.</param>
internal readonly record struct CostModel(double Fixed, double Shard, double Transfer)
{
    /// <summary>
    /// What of a worker's time with an even share is taken not to depend on its shards: it packs all weights and writes all of the gradient, whatever its rows are. Where this guess is too high,
    /// shards move in smaller steps to the same place, since what is expected of the present cut is what was measured. Without it the worker with few shards seems slow, and gets fewer still.
    /// </summary>
    public const double FixedPart = 0.25;

    /// <param name="seconds">That it computed for.</param>
    /// <param name="shards">That it had then.</param>
    /// <param name="even">The even share.</param>
    public static CostModel Of(double seconds, double shards, double even, double transfer)
    {
        double unit = seconds / ((FixedPart * even) + ((1 - FixedPart) * shards));
        return new CostModel(FixedPart * even * unit, (1 - FixedPart) * unit, transfer);
    }

    /// <summary>When it is expected to be done, with the parameters and as many gradients sent as there are nodes of the reduction tree to send.</summary>
    public double Time(int shards, int nodes) => ((1 + nodes) * Transfer) + Fixed + (shards * Shard);
}

/// <summary>The workers of a node, which are neighbours and equally fast.</summary>
/// <param name="Count">How many they are.</param>
internal readonly record struct WorkerGroup(int Count, CostModel Cost)
{
    public static IReadOnlyList<WorkerGroup> Of(IReadOnlyList<PoolWorker> workers, IReadOnlyList<CostModel> costs)
    {
        List<WorkerGroup> groups = [];
        for (int i = 0; i < workers.Count; i++)
        {
            if (i > 0 && workers[i].Node == workers[i - 1].Node) groups[^1] = groups[^1] with { Count = groups[^1].Count + 1 };
            else groups.Add(new WorkerGroup(1, costs[i]));
        }

        return groups;
    }

    /// <summary>When the last of them is expected to be done.</summary>
    public double Time(int shards, int nodes) => Cost.Time((shards + Count - 1) / Count, nodes);
}
