using RnnActors.Core.Sharding;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// How many shards each worker gets: so that the last is done as early as it can be, by the speeds that were measured; among such cuts, one whose parts are the fewest
/// nodes of the reduction tree, first counted by nodes of the cluster and then by workers, since each is a gradient to be sent and added. No bit depends on it.
/// </summary>
/// <param name="shards">S.</param>
internal sealed class ShardParts(int shards)
{
    /// <summary>A cut is kept until another would be done in less than this part of its time: speeds are measured, and flicker.</summary>
    private const double WorthMoving = 0.9;

    private CrewWorker[] _workers = [];
    private int[] _counts = [];

    /// <summary>Cuts the first <paramref name="count"/> shards, or as many others in a row, among workers in this order.</summary>
    /// <returns>For each worker how many it gets; none gets nothing while there are as many shards as workers.</returns>
    public int[] Cut(int count, IReadOnlyList<CrewWorker> workers)
    {
        double[] speeds = Speeds(workers);
        int[] even = Deal(count, speeds);
        if (count != shards) return even;
        double time = Time(even, speeds);
        if (workers.SequenceEqual(_workers) && time >= WorthMoving * Time(_counts, speeds)) return _counts;
        (_workers, _counts) = ([.. workers], Align(even, speeds, time, [.. workers.Select(worker => worker.Node.Number)]));
        return _counts;
    }

    /// <summary>Workers of unknown speed count as the mean of the others.</summary>
    private static double[] Speeds(IReadOnlyList<CrewWorker> workers)
    {
        double sum = 0;
        int known = 0;
        foreach (var worker in workers)
        {
            sum += worker.Node.Speed;
            if (worker.Node.Speed > 0) known++;
        }

        double mean = known == 0 ? 1 : sum / known;
        return [.. workers.Select(worker => worker.Node.Speed > 0 ? worker.Node.Speed : mean)];
    }

    /// <summary>One shard after another to the worker that would be done with it first: no other cut is done earlier. Equally fast workers get them from the last on.</summary>
    private static int[] Deal(int count, double[] speeds)
    {
        int[] counts = new int[speeds.Length];
        int[] fastest = [.. Enumerable.Range(0, speeds.Length).OrderByDescending(i => speeds[i]).Take(count)];
        foreach (int i in fastest) counts[i] = 1;
        for (int dealt = fastest.Length; dealt < count; dealt++)
        {
            int next = 0;
            for (int i = 1; i < counts.Length; i++)
                if ((counts[i] + 1) / speeds[i] <= (counts[next] + 1) / speeds[next]) next = i;
            counts[next]++;
        }

        return counts;
    }

    private static double Time(int[] counts, double[] speeds)
    {
        double time = 0;
        for (int i = 0; i < counts.Length; i++) time = Math.Max(time, counts[i] / speeds[i]);
        return time;
    }

    private int[] Align(int[] even, double[] speeds, double time, int[] nodes)
    {
        int[] used = [.. Enumerable.Range(0, even.Length).Where(i => even[i] > 0)];
        int[] most = [.. used.Select(i => Math.Max(even[i], (int)((time * speeds[i]) + 1e-9)))];
        int[] counts = new int[even.Length];
        var groups = new List<(int First, int Count)>();
        for (int i = 0; i < used.Length; i++)
        {
            if (i > 0 && nodes[used[i]] == nodes[used[i - 1]]) groups[^1] = (groups[^1].First, groups[^1].Count + 1);
            else groups.Add((i, 1));
        }

        int[] ofGroups = Fewest(0, shards, [.. groups.Select(group => group.Count)], [.. groups.Select(group => most.AsSpan(group.First, group.Count).ToArray().Sum())]);
        int first = 0;
        for (int g = 0; g < groups.Count; g++)
        {
            var (begin, size) = groups[g];
            int[] ofWorkers = Fewest(first, ofGroups[g], [.. Enumerable.Repeat(1, size)], most[begin..(begin + size)]);
            for (int i = 0; i < size; i++) counts[used[begin + i]] = ofWorkers[i];
            first += ofGroups[g];
        }

        return counts;
    }

    /// <summary>Cuts shards into parts of at least and at most so many, which are the fewest nodes of the tree, and of these the most even.</summary>
    private int[] Fewest(int first, int count, int[] least, int[] most)
    {
        int parts = least.Length;
        if (parts == 1) return [count];
        var cost = new (int Nodes, long Squares)[parts + 1, count + 1];
        int[,] taken = new int[parts + 1, count + 1];
        for (int end = 1; end <= count; end++) cost[0, end] = (int.MaxValue, 0);
        for (int part = 1; part <= parts; part++)
        {
            for (int end = 0; end <= count; end++)
            {
                cost[part, end] = (int.MaxValue, 0);
                for (int size = least[part - 1]; size <= Math.Min(end, most[part - 1]); size++)
                {
                    var before = cost[part - 1, end - size];
                    if (before.Nodes == int.MaxValue) continue;
                    int nodes = ReductionTree.Cover(new ShardRange(first + end - size, size), shards).Count;
                    var with = (before.Nodes + nodes, before.Squares + ((long)size * size));
                    if (with.CompareTo(cost[part, end]) >= 0) continue;
                    (cost[part, end], taken[part, end]) = (with, size);
                }
            }
        }

        int[] counts = new int[parts];
        for (int part = parts, end = count; part > 0; part--)
        {
            counts[part - 1] = taken[part, end];
            end -= taken[part, end];
        }

        return counts;
    }
}
