using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Sharding;

/// <summary>
/// Where the sum over a part of a node goes, so that in the end the node's stands in its gradient, added in the order of the tree. A left half's goes where its
/// node's goes, and a right half's is added to it; a right half of several parts is summed by itself before it is added.
/// </summary>
internal readonly struct PartSum
{
    private readonly GradientBuffer _node;
    private readonly List<GradientBuffer> _spares;
    private readonly int _level, _closed;

    /// <param name="node">The node.</param>
    /// <param name="part">A node below it, or itself.</param>
    /// <param name="gradient">The node's.</param>
    /// <param name="spares">Gradients for right halves of several parts; more are made where there are too few.</param>
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

    /// <summary>Whether the sum is added to what stands in <see cref="Target"/>.</summary>
    public bool AddsToTarget { get; }

    /// <summary>The gradient that the part's sum goes to.</summary>
    public GradientBuffer Target => At(_level);

    /// <summary>Adds the sums of the right halves that end with the part to those of the left ones.</summary>
    /// <param name="first">Of the parameters that were summed.</param>
    public void Close(int first, int length)
    {
        for (int level = _level; level > _level - _closed; level--) At(level - 1).Add(At(level), first, length);
    }

    private GradientBuffer At(int level) => level == 0 ? _node : _spares[level - 1];
}
