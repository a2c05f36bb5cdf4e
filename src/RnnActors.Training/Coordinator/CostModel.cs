namespace RnnActors.Training.Coordinator;

/// <summary>The cost model of a worker: a fixed cost a step, a cost for each shard, and the transfer of a vector, all in seconds.</summary>
/// <param name="Fixed">Seconds of computing that do not depend on its shards.</param>
/// <param name="Shard">Seconds of computing for each shard.</param>
/// <param name="Transfer">Seconds to send a vector of P values between coordinator and node; 0 where buffers change hands.</param>
internal readonly record struct CostModel(double Fixed, double Shard, double Transfer)
{
    /// <summary>
    /// The share of a worker's time that is taken as fixed, at an even share of the shards. Packing all weights and writing the whole gradient take the same
    /// time for any number of rows. If the guess is too high, shards move to the same place in smaller steps. Without it, a worker with few shards would seem
    /// slow and get fewer still.
    /// </summary>
    public const double FixedPart = 0.25;

    /// <param name="seconds">Measured seconds of computing.</param>
    /// <param name="shards">The shards that these were measured with.</param>
    /// <param name="even">How many shards each worker would have at an even split.</param>
    public static CostModel Of(double seconds, double shards, double even, double transfer)
    {
        double unit = seconds / ((FixedPart * even) + ((1 - FixedPart) * shards));
        return new CostModel(FixedPart * even * unit, (1 - FixedPart) * unit, transfer);
    }

    /// <summary>The expected seconds until its results have arrived: computing, sending the parameters, and sending a gradient for each tree node.</summary>
    public double Time(int shards, int nodes) => ((1 + nodes) * Transfer) + Fixed + (shards * Shard);
}

/// <summary>The workers of one node: neighbours in the order of shards, and equally fast.</summary>
/// <param name="Count">The number of workers.</param>
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

    /// <summary>The expected seconds of the slowest worker of the group.</summary>
    public double Time(int shards, int nodes) => Cost.Time((shards + Count - 1) / Count, nodes);
}
