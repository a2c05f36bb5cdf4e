namespace RnnActors.Training.Coordinator;

/// <summary>
/// How many shards each worker gets: so that the last is done about as early as it can be, by what was measured of computing and of sending; among such cuts, one whose
/// parts are the fewest nodes of the reduction tree, first counted by nodes of the cluster and then by workers, since each is a gradient to be sent and added. No bit depends
/// on it.
/// </summary>
/// <param name="shards">S.</param>
/// <param name="rows">Rows of a shard, on average.</param>
internal sealed class ShardAllocator(int shards, double rows)
{
    /// <summary>
    /// A cut is kept until another would be done in less than this part of its time, or sends less and would be done about as early: what is measured of nodes that share a machine
    /// flickers by a tenth. It is less than what <see cref="AllocationSearch.Slack"/> allows for, so that a cut which was left for another is not taken again for the next flicker.
    /// </summary>
    private const double WorthMoving = 0.85;

    /// <summary>Cuts are looked for anew when a cost has changed by this part since it was last done.</summary>
    private const double Noticed = 0.95;

    private readonly AllocationSearch _search = new(shards);
    private PoolWorker[] _workers = [];
    private CostModel[] _costs = [];
    private int[] _counts = [];

    /// <summary>Cuts the first <paramref name="count"/> shards, or as many others in a row, among workers in this order.</summary>
    /// <returns>For each worker how many it gets; none gets nothing while there are as many shards as workers.</returns>
    public int[] Cut(int count, IReadOnlyList<PoolWorker> workers)
    {
        CostModel[] costs = Costs(workers);
        if (count != shards || shards < workers.Count) return Deal(count, costs);
        bool isSamePool = workers.SequenceEqual(_workers);
        if (isSamePool && !HasChanged(costs)) return _counts;
        var groups = WorkerGroup.Of(workers, costs);
        int[] best = _search.Best(groups);
        if (!isSamePool || _search.Time(groups, best) < WorthMoving * _search.Time(groups, _counts) || _search.Sums(groups, best) < _search.Sums(groups, _counts)) _counts = best;
        (_workers, _costs) = ([.. workers], costs);
        return _counts;
    }

    /// <summary>The threads of workers of unknown speed count as the mean of the others'.</summary>
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

    /// <summary>One shard after another to the worker that would be done with it first. Equally fast workers get them from the last on.</summary>
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
