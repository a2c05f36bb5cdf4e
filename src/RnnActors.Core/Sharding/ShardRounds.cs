using RnnActors.Core.Models;

namespace RnnActors.Core.Sharding;

/// <summary>
/// A worker's shards in rounds, each computed forward and backward before the next, so that the activations of one round's rows are held at a time, and stay
/// near. A node of the reduction tree is cut into nodes below it: the sum of a right half is added to the left one's where it stands. A right half that is cut
/// itself needs a gradient of its own until then, so the nodes of models with many parameters are cut once at most (<see cref="PartSum"/>).
/// </summary>
internal static class ShardRounds
{
    /// <summary>Floats of activations that a round may have before it is worth another.</summary>
    private const int Budget = 1024 * 1024;

    /// <summary>Parameters up to which gradients for right halves take no memory to speak of.</summary>
    private const int FewParameters = 64 * 1024;

    /// <summary>Weights up to which they stay near beside few rows.</summary>
    private const int FewWeights = 768 * 1024;

    /// <summary>Weights from which on they come from the machine's memory at every step, and not from a cache.</summary>
    private const int ManyWeights = 4 * 1024 * 1024;

    /// <summary>
    /// The rows up to which shards are computed in one round: those whose activations are few, and never so few that the halves of more would be small. A layer
    /// has about as many biases as it holds values for a row and step. Of unequal lengths, so many more rows that as many are active on average.
    /// </summary>
    /// <param name="steps">Of the longest row.</param>
    /// <param name="meanSteps">Of a row on average.</param>
    public static int RowsFor(Model model, int steps, int meanSteps)
    {
        long values = ValuesOfRow(model, meanSteps);
        int min = (int)Math.Min(int.MaxValue / 4, (long)MinRows(model) * steps / Math.Max(1, meanSteps));
        return Math.Max((2 * min) - 1, (int)Math.Min(int.MaxValue / 2, Budget / values));
    }

    /// <summary>About how many values a row's activations have, at least 1.</summary>
    public static long ValuesOfRow(Model model, int meanSteps) =>
        Math.Max(1, (long)meanSteps * model.Layout.Slots.Where(slot => slot.Columns == 0).Sum(slot => (long)slot.Length));

    /// <summary>
    /// How often a node is halved where memory is short and rounds are as small as that allows: activations against the gradients of right halves.
    /// </summary>
    public static int CutsOfLeastMemory(Model model, int meanSteps, int rows, int shards, int count)
    {
        long ValuesAt(int cuts) =>
            (MaxRows(rows, shards, count, roundRows: 1, cuts) * ValuesOfRow(model, meanSteps)) + (Math.Max(0, cuts - 1) * (long)model.Layout.Length);
        return Enumerable.Range(0, ReductionTree.Depth(count) + 1).MinBy(ValuesAt);
    }

    /// <summary>How often a node may be halved, and its halves again.</summary>
    public static int CutsFor(Model model) => model.Layout.Length <= FewParameters ? 3 : 1;

    /// <summary>Rounds of at most so many rows, each as long as that allows, and of each node one part at most.</summary>
    /// <param name="nodes">The cover of the worker's shards, in order.</param>
    /// <param name="roundRows">A part that may be cut no more, or a shard, may have more.</param>
    /// <param name="rounds">Overwritten.</param>
    public static void Cut(IReadOnlyList<ShardRange> nodes, ShardPlan plan, int roundRows, int cuts, List<ShardRange> rounds)
    {
        rounds.Clear();
        for (int i = 0; i < nodes.Count; i++) Cut(nodes[i], isWhole: true, plan, roundRows, cuts, rounds);
    }

    /// <summary>The most rows of a round, whichever <paramref name="count"/> neighbouring shards of a batch of <paramref name="rows"/> a worker has.</summary>
    public static int MaxRows(int rows, int shards, int count, int roundRows, int cuts)
    {
        int max = ShardPlan.MaxRows(rows, shards, count);
        for (; count > 1 && cuts > 0 && ShardPlan.MaxRows(rows, shards, count) > roundRows; cuts--)
            count = ReductionTree.Split(new ShardRange(0, count)).Left.Count;
        return Math.Min(max, Math.Max(roundRows, ShardPlan.MaxRows(rows, shards, count)));
    }

    /// <summary>The fewest rows of an even node's half: with fewer, the products wait for the weights, which every step of every round reads once.</summary>
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

        // The first part of a node may share a round with the node before.
        if (isWhole && rounds.Count > 0 && plan.RowsOf(rounds[^1]).Count + rows <= roundRows)
            rounds[^1] = new ShardRange(rounds[^1].First, rounds[^1].Count + part.Count);
        else rounds.Add(part);
    }
}
