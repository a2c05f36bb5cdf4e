using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Sharding;

/// <summary>
/// Where the sum over a part of a node is stored, so that in the end the node's gradient holds the sum in the order of the tree. A left half is stored where
/// its node is, and a right half is added to it. A right half made of several parts is summed in a spare gradient before it is added.
/// </summary>
internal readonly struct PartSum
{
    private readonly GradientBuffer _node;
    private readonly List<GradientBuffer> _spares;
    private readonly int _level, _closed;

    /// <param name="node">The node.</param>
    /// <param name="part">A node inside it, or itself.</param>
    /// <param name="gradient">The node's gradient.</param>
    /// <param name="spares">Gradients for right halves of several parts; more are allocated where they are too few.</param>
    public PartSum(ShardRange node, ShardRange part, GradientBuffer gradient, List<GradientBuffer> spares)
    {
        (_node, _spares) = (gradient, spares);
        while (node != part)
        {
            var (left, right) = ReductionTree.Split(node);
            if (left.Contains(part))
            {
                node = left;
                continue;
            }

            if (right == part)
            {
                AddsToTarget = true;
                break;
            }

            if (spares.Count == _level) spares.Add(new GradientBuffer(gradient.Length));
            _level++;
            _closed = part.End == right.End ? _closed + 1 : 0;
            node = right;
        }
    }

    /// <summary>Whether the sum is added to <see cref="Target"/> instead of overwriting it.</summary>
    public bool AddsToTarget { get; }

    /// <summary>The gradient that receives the part's sum.</summary>
    public GradientBuffer Target => At(_level);

    /// <summary>Adds the right halves that end with this part to their left halves.</summary>
    /// <param name="first">The first of the parameters that were summed.</param>
    public void Close(int first, int length)
    {
        for (int level = _level; level > _level - _closed; level--) At(level - 1).Add(At(level), first, length);
    }

    private GradientBuffer At(int level) => level == 0 ? _node : _spares[level - 1];
}
