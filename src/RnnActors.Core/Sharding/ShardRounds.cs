using RnnActors.Core.Models;

namespace RnnActors.Core.Sharding;

/// <summary>
/// A worker's shards in rounds, each computed forward and backward before the next, so that the activations of one round's rows are held at a time. A node of the
/// reduction tree is cut into its two halves at most: the second one's sum is added to the first one's where it stands, so that no round needs a gradient of its own.
/// </summary>
internal static class ShardRounds
{
    /// <summary>The fewest rows of an even node's half: with fewer, the products wait for the weights.</summary>
    private const int LeastRows = 16;

    /// <summary>Floats of activations that a round may have before it is worth another.</summary>
    private const int Budget = 2 * 1024 * 1024;

    /// <summary>
    /// The rows up to which shards are computed in one round: those whose activations are few, and never so few that the halves of more would be small. A layer has
    /// about as many biases as it holds values for a row and step.
    /// </summary>
    public static int RowsFor(Model model, int steps)
    {
        long values = Math.Max(1, (long)steps * model.Layout.Slots.Where(slot => slot.Columns == 0).Sum(slot => (long)slot.Length));
        return Math.Max((2 * LeastRows) - 1, (int)(Budget / values));
    }

    /// <summary>Rounds of at most so many rows, each as long as that allows.</summary>
    /// <param name="nodes">The cover of the worker's shards, in order.</param>
    /// <param name="roundRows">A half of a node, or a shard, may have more.</param>
    /// <param name="rounds">Overwritten.</param>
    public static void Cut(IReadOnlyList<ShardRange> nodes, ShardPlan plan, int roundRows, List<ShardRange> rounds)
    {
        rounds.Clear();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Count == 1 || plan.RowsOf(nodes[i]).Count <= roundRows)
            {
                Append(nodes[i], plan, roundRows, rounds);
                continue;
            }

            var (left, right) = ReductionTree.Split(nodes[i]);
            Append(left, plan, roundRows, rounds);
            Append(right, plan, roundRows, rounds);
        }
    }

    /// <summary>The most rows of a round, whichever <paramref name="count"/> neighbouring shards of a batch of <paramref name="rows"/> a worker has.</summary>
    public static int MostRows(int rows, int shards, int count, int roundRows)
    {
        int half = count == 1 ? 1 : ReductionTree.Split(new ShardRange(0, count)).Left.Count;
        return Math.Min(ShardPlan.MostRows(rows, shards, count), Math.Max(roundRows, ShardPlan.MostRows(rows, shards, half)));
    }

    /// <summary>Adds shards to the last round, or to a new one.</summary>
    private static void Append(ShardRange part, ShardPlan plan, int roundRows, List<ShardRange> rounds)
    {
        if (rounds.Count > 0)
        {
            var together = new ShardRange(rounds[^1].First, rounds[^1].Count + part.Count);
            if (plan.RowsOf(together).Count <= roundRows)
            {
                rounds[^1] = together;
                return;
            }
        }

        rounds.Add(part);
    }
}
