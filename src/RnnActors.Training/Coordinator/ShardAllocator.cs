namespace RnnActors.Training.Coordinator;

/// <summary>
/// Allocates shards to workers so that the last worker finishes about as early as possible, by measured times of computing and sending. Among such
/// allocations it takes one that sends the fewest gradients. No bit of the result depends on it.
/// </summary>
/// <param name="shards">S.</param>
/// <param name="rows">Rows of a shard, on average.</param>
internal sealed class ShardAllocator(int shards, double rows)
{
    /// <summary>
    /// An allocation is kept until another takes less than this share of its time, or sends fewer gradients in about the same time. Measurements of nodes that
    /// share a machine vary by a tenth. It is below 1 / <see cref="AllocationSearch.Slack"/>, so that allocations do not alternate.
    /// </summary>
    private const double WorthMoving = 0.85;

    /// <summary>The search runs again when a measured cost has changed by more than this factor.</summary>
    private const double Noticed = 0.95;

    private readonly AllocationSearch _search = new(shards);
    private PoolWorker[] _workers = [];
    private CostModel[] _costs = [];
    private int[] _counts = [];

    /// <summary>Allocates the first <paramref name="count"/> shards, or as many others in a row, to workers in this order.</summary>
    /// <returns>How many shards each worker gets.</returns>
    public int[] Cut(int count, IReadOnlyList<PoolWorker> workers)
    {
        CostModel[] costs = Costs(workers);
        if (count != shards || shards < workers.Count) return Deal(count, costs);
        bool isSamePool = workers.SequenceEqual(_workers);
        if (isSamePool && !HasChanged(costs)) return _counts;
        var groups = WorkerGroup.Of(workers, costs);
        int[] best = _search.Best(groups);
        if (!isSamePool || _search.Time(groups, best) < WorthMoving * _search.Time(groups, _counts)
            || _search.Sums(groups, best) < _search.Sums(groups, _counts)) _counts = best;
        (_workers, _costs) = ([.. workers], costs);
        return _counts;
    }

    /// <summary>The costs of all workers. A worker of unknown speed counts, thread by thread, as the mean of the others.</summary>
    private CostModel[] Costs(IReadOnlyList<PoolWorker> workers)
    {
        double sum = 0, even = (double)shards / workers.Count;
        int known = 0;
        foreach (var worker in workers)
        {
            sum += worker.Node.Speed;
            if (worker.Node.Speed > 0) known += worker.Node.Threads;
        }

        double mean = known == 0 ? rows : sum / known;
        return [.. workers.Select(worker => worker.Node is { Speed: > 0 and var speed, Rows: var measured }
            ? CostModel.Of(measured / speed, measured / rows, even, worker.Node.Transfer)
            : CostModel.Of(even * rows / (mean * worker.Node.Threads), even, even, worker.Node.Transfer))];
    }

    private bool HasChanged(CostModel[] costs)
    {
        for (int i = 0; i < costs.Length; i++)
            if (Differ(costs[i].Shard, _costs[i].Shard) || Differ(costs[i].Transfer, _costs[i].Transfer)) return true;
        return false;
    }

    private static bool Differ(double now, double before) => now < Noticed * before || before < Noticed * now;

    /// <summary>Gives one shard after another to the worker that would finish it first; of equally fast workers, to the last.</summary>
    private static int[] Deal(int count, CostModel[] costs)
    {
        int[] counts = new int[costs.Length];
        int[] fastest = [.. Enumerable.Range(0, costs.Length).OrderBy(i => costs[i].Time(1, 1)).Take(count)];
        foreach (int i in fastest) counts[i] = 1;
        for (int dealt = fastest.Length; dealt < count; dealt++)
        {
            int next = 0;
            for (int i = 1; i < counts.Length; i++)
                if (costs[i].Time(counts[i] + 1, 1) <= costs[next].Time(counts[next] + 1, 1)) next = i;
            counts[next]++;
        }

        return counts;
    }
}
