namespace RnnActors.Core.Kernels.Sums;

/// <summary>
/// The order in which sums over shards are added: a node of the reduction tree as a postfix program. Each leaf in turn opens a sum. Then, as often as its
/// merges say, the newest open sum is added to the one before it and closed. In the end one sum is open: the node's.
/// </summary>
/// <param name="leaves">The node's shards, in order.</param>
/// <param name="merges">For each leaf, how many sums are closed after it.</param>
public readonly ref struct SumOrder(ReadOnlySpan<ShardRows> leaves, ReadOnlySpan<int> merges)
{
    private static readonly int[] None = [0];

    public ReadOnlySpan<ShardRows> Leaves { get; } = leaves;

    public ReadOnlySpan<int> Merges { get; } = merges;

    /// <summary>
    /// For rows of unequal length: the position in the operands of each row of the leaves, in order; a leaf is then a run of this list. Empty where the leaves
    /// are rows of every group.
    /// </summary>
    public ReadOnlySpan<int> Index { get; init; }

    /// <summary>
    /// Whether the sum is added to its target instead of overwriting it. This is so where the node is a right half: the target then holds the left half's sum.
    /// </summary>
    public bool AddsToTarget { get; init; }

    /// <summary>Rows of all leaves together.</summary>
    internal int Rows
    {
        get
        {
            int rows = 0;
            foreach (var leaf in Leaves) rows += leaf.Count;
            return rows;
        }
    }

    /// <summary>The most sums that are open at once.</summary>
    public int MaxOpen
    {
        get
        {
            int open = 0, max = 0;
            foreach (int closed in Merges)
            {
                max = Math.Max(max, ++open);
                open -= closed;
            }

            return max;
        }
    }

    /// <summary>One shard alone.</summary>
    public static SumOrder Of(in ShardRows shard) => new(new ReadOnlySpan<ShardRows>(in shard), None);
}
