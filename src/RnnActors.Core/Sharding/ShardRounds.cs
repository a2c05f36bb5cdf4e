using RnnActors.Core.Models;

namespace RnnActors.Core.Sharding;

/// <summary>
/// Splits a worker's shards into rounds. Each round runs forward and backward before the next begins, so only one round's activations are in memory, and they
/// stay in the cache. A node of the reduction tree is cut into nodes below it; a right half's sum is added to the left half's in place. A right half that is
/// itself cut needs a gradient of its own meanwhile, so in models with many parameters nodes are cut at most once (<see cref="PartSum"/>).
/// </summary>
internal static class ShardRounds
{
    /// <summary>Floats of activations above which another round pays.</summary>
    private const int Budget = 1024 * 1024;

    /// <summary>The most parameters for which the memory of right halves' gradients does not matter.</summary>
    private const int FewParameters = 64 * 1024;

    /// <summary>The most weights that stay in the cache beside few rows.</summary>
    private const int FewWeights = 768 * 1024;

    /// <summary>Weights from which on every step reads them from main memory, not from a cache.</summary>
    private const int ManyWeights = 4 * 1024 * 1024;

    /// <summary>
    /// The most rows of a round: as many as have few activations, but enough that half of a larger node is not too small. The number of a layer's biases stands
    /// for its values per row and step. With unequal lengths there are more rows, so that equally many are active on average.
    /// </summary>
    /// <param name="steps">Steps of the longest row.</param>
    /// <param name="meanSteps">Mean steps of a row.</param>
    public static int RowsFor(Model model, int steps, int meanSteps)
    {
        long values = ValuesOfRow(model, meanSteps);
        int min = (int)Math.Min(int.MaxValue / 4, (long)MinRows(model) * steps / Math.Max(1, meanSteps));
        return Math.Max((2 * min) - 1, (int)Math.Min(int.MaxValue / 2, Budget / values));
    }

    /// <summary>An estimate of the number of activations per row, at least 1.</summary>
    public static long ValuesOfRow(Model model, int meanSteps) =>
        Math.Max(1, (long)meanSteps * model.Layout.Slots.Where(slot => slot.Columns == 0).Sum(slot => (long)slot.Length));

    /// <summary>
    /// How often to halve a node for the least memory, with the smallest rounds that this allows. More cuts mean fewer activations, but more gradients of right
    /// halves.
    /// </summary>
    public static int CutsOfLeastMemory(Model model, int meanSteps, int rows, int shards, int count)
    {
        long ValuesAt(int cuts) =>
            (MaxRows(rows, shards, count, roundRows: 1, cuts) * ValuesOfRow(model, meanSteps)) + (Math.Max(0, cuts - 1) * (long)model.Layout.Length);
        return Enumerable.Range(0, ReductionTree.Depth(count) + 1).MinBy(ValuesAt);
    }

    /// <summary>How often a node may be halved: its halves, their halves and so on.</summary>
    public static int CutsFor(Model model) => model.Layout.Length <= FewParameters ? 3 : 1;

    /// <summary>
    /// Cuts nodes into rounds of at most <paramref name="roundRows"/> rows, each as large as possible and with at most one part of each node.
    /// </summary>
    /// <param name="nodes">The nodes that cover the worker's shards, in order.</param>
    /// <param name="roundRows">A single shard, or a part that may not be cut further, may exceed it.</param>
    /// <param name="rounds">Overwritten with the result.</param>
    public static void Cut(IReadOnlyList<ShardRange> nodes, ShardPlan plan, int roundRows, int cuts, List<ShardRange> rounds)
    {
        rounds.Clear();
        for (int i = 0; i < nodes.Count; i++) Cut(nodes[i], isWhole: true, plan, roundRows, cuts, rounds);
    }

    /// <summary>The most rows of a round, for any <paramref name="count"/> consecutive shards of a batch of <paramref name="rows"/>.</summary>
    public static int MaxRows(int rows, int shards, int count, int roundRows, int cuts)
    {
        int max = ShardPlan.MaxRows(rows, shards, count);
        for (; count > 1 && cuts > 0 && ShardPlan.MaxRows(rows, shards, count) > roundRows; cuts--)
            count = ReductionTree.Split(new ShardRange(0, count)).Left.Count;
        return Math.Min(max, Math.Max(roundRows, ShardPlan.MaxRows(rows, shards, count)));
    }

    /// <summary>The fewest rows of half a node. With fewer, products are bound by reading the weights, which every step of every round reads once.</summary>
    private static int MinRows(Model model) => model.WeightCount switch
    {
        <= FewWeights => 16,
        < ManyWeights => 32,
        _ => 64,
    };

    private static void Cut(ShardRange part, bool isWhole, ShardPlan plan, int roundRows, int cuts, List<ShardRange> rounds)
    {
        int rows = plan.RowsOf(part).Count;
        if (part.Count > 1 && cuts > 0 && rows > roundRows)
        {
            var (left, right) = ReductionTree.Split(part);
            Cut(left, isWhole, plan, roundRows, cuts - 1, rounds);
            Cut(right, isWhole: false, plan, roundRows, cuts - 1, rounds);
            return;
        }

        // The first part of a node may share a round with the node before it.
        if (isWhole && rounds.Count > 0 && plan.RowsOf(rounds[^1]).Count + rows <= roundRows)
            rounds[^1] = new ShardRange(rounds[^1].First, rounds[^1].Count + part.Count);
        else rounds.Add(part);
    }
}
