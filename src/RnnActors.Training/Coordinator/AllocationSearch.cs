using RnnActors.Core.Sharding;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// Finds the allocation of shards to workers that sends the fewest gradients among those that finish within <see cref="Slack"/> of the earliest possible
/// time.
/// </summary>
/// <param name="shards">S.</param>
internal sealed class AllocationSearch(int shards)
{
    /// <summary>
    /// How much later than the earliest an allocation may finish if it sends fewer gradients: times are estimates, and each tree node is a gradient to send
    /// and add.
    /// </summary>
    public const double Slack = 1.1;

    /// <param name="groups">The workers, grouped by node; no more workers than there are shards.</param>
    /// <returns>How many shards each worker gets, at least one.</returns>
    public int[] Best(IReadOnlyList<WorkerGroup> groups)
    {
        double limit = MinTime(groups) * Slack;
        int[] ofGroups = Fewest(0, shards, groups.Count, (g, first, size) =>
            size >= groups[g].Count && groups[g].Time(size, 1) <= limit && groups[g].Time(size, Nodes(first, size)) <= limit);
        List<int> counts = [];
        int first = 0;
        for (int g = 0; g < groups.Count; g++)
        {
            var group = groups[g];
            int nodes = Nodes(first, ofGroups[g]);
            counts.AddRange(Fewest(first, ofGroups[g], group.Count, (_, _, size) => size >= 1 && group.Cost.Time(size, nodes) <= limit));
            first += ofGroups[g];
        }

        return [.. counts];
    }

    /// <summary>The expected time of the last worker, in seconds.</summary>
    public double Time(IReadOnlyList<WorkerGroup> groups, IReadOnlyList<int> counts)
    {
        double time = 0;
        int worker = 0, first = 0;
        foreach (var group in groups)
        {
            int max = 0, sum = 0;
            for (int i = 0; i < group.Count; i++, worker++) (max, sum) = (Math.Max(max, counts[worker]), sum + counts[worker]);
            time = Math.Max(time, group.Cost.Time(max, Nodes(first, sum)));
            first += sum;
        }

        return time;
    }

    /// <summary>How many gradients (nodes of the reduction tree) the cluster's nodes send or add.</summary>
    public int Sums(IReadOnlyList<WorkerGroup> groups, IReadOnlyList<int> counts)
    {
        int sums = 0, worker = 0, first = 0;
        foreach (var group in groups)
        {
            int sum = 0;
            for (int i = 0; i < group.Count; i++, worker++) sum += counts[worker];
            sums += Nodes(first, sum);
            first += sum;
        }

        return sums;
    }

    private double MinTime(IReadOnlyList<WorkerGroup> groups)
    {
        double known = Time(groups, Equal(groups.Sum(group => group.Count)));

        // For each number of shards: the time at which the groups so far have finished that many.
        double[] before = new double[shards + 1], after = new double[shards + 1];
        Array.Fill(before, double.PositiveInfinity);
        before[0] = 0;
        foreach (var group in groups)
        {
            Array.Fill(after, double.PositiveInfinity);
            for (int first = 0; first < shards; first++)
            {
                if (double.IsPositiveInfinity(before[first])) continue;
                for (int size = group.Count; first + size <= shards; size++)
                {
                    if (group.Time(size, 1) > known) break;
                    double time = Math.Max(before[first], group.Time(size, Nodes(first, size)));
                    if (time < after[first + size]) after[first + size] = time;
                }
            }

            (before, after) = (after, before);
        }

        return before[shards];
    }

    private int[] Equal(int workers) => [.. Enumerable.Range(0, workers).Select(i => (shards * (i + 1) / workers) - (shards * i / workers))];

    /// <summary>Cuts a range of shards into allowed parts that are the fewest tree nodes; of these, the most even parts.</summary>
    private int[] Fewest(int first, int count, int parts, Func<int, int, int, bool> isAllowed)
    {
        if (parts == 1) return [count];
        var cost = new (int Nodes, long Squares)[parts + 1, count + 1];
        int[,] taken = new int[parts + 1, count + 1];
        for (int part = 0; part <= parts; part++)
            for (int end = part == 0 ? 1 : 0; end <= count; end++) cost[part, end] = (int.MaxValue, 0);
        for (int part = 1; part <= parts; part++)
        {
            for (int end = 1; end <= count; end++)
            {
                for (int size = 1; size <= end; size++)
                {
                    var before = cost[part - 1, end - size];
                    if (before.Nodes == int.MaxValue || !isAllowed(part - 1, first + end - size, size)) continue;
                    var with = (before.Nodes + Nodes(first + end - size, size), before.Squares + ((long)size * size));
                    if (with.CompareTo(cost[part, end]) < 0) (cost[part, end], taken[part, end]) = (with, size);
                }
            }
        }

        int[] sizes = new int[parts];
        for (int part = parts, end = count; part > 0; part--)
        {
            sizes[part - 1] = taken[part, end];
            end -= taken[part, end];
        }

        return sizes;
    }

    /// <summary>How many tree nodes make up a range of shards.</summary>
    private int Nodes(int first, int count) => Nodes(new ShardRange(0, shards), new ShardRange(first, count));

    private static int Nodes(ShardRange node, ShardRange range)
    {
        if (node.First >= range.End || node.End <= range.First) return 0;
        if (range.Contains(node)) return 1;
        var (left, right) = ReductionTree.Split(node);
        return Nodes(left, range) + Nodes(right, range);
    }
}
