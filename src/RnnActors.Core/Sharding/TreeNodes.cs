namespace RnnActors.Core.Sharding;

/// <summary>
/// Collects results of nodes of the reduction tree, which arrive in any order, and combines them in the tree's order. Duplicates, and nodes inside one that is
/// already there, change nothing: both have the same bits, so the first answer wins.
/// </summary>
public sealed class TreeNodes<T>(int shards)
{
    private readonly Dictionary<ShardRange, T> _nodes = [];
    private readonly ShardRange _root = new(0, shards);

    /// <summary>Whether the collected nodes make up the whole tree.</summary>
    public bool IsComplete => Covers(_root);

    public void Add(ShardRange node, T value) => _nodes.TryAdd(node, value);

    public void Clear() => _nodes.Clear();

    /// <summary>The collected nodes, in no order.</summary>
    public IReadOnlyCollection<ShardRange> Nodes => _nodes.Keys;

    /// <summary>The whole tree's value. A node's value is the one collected, or else <paramref name="combine"/> of its left and right half.</summary>
    public T Fold(Func<T, T, T> combine) => Fold(_root, combine);

    /// <summary>Removes all collected nodes inside a node.</summary>
    public void Remove(ShardRange node)
    {
        foreach (var inside in _nodes.Keys.Where(node.Contains).ToArray()) _nodes.Remove(inside);
    }

    /// <summary>Whether the collected nodes make up this node.</summary>
    public bool Covers(ShardRange node)
    {
        if (_nodes.ContainsKey(node)) return true;
        if (node.Count == 1) return false;
        var (left, right) = ReductionTree.Split(node);
        return Covers(left) && Covers(right);
    }

    /// <summary>A node's value, computed as in <see cref="Fold(Func{T, T, T})"/>.</summary>
    public T Fold(ShardRange node, Func<T, T, T> combine)
    {
        if (_nodes.TryGetValue(node, out var value)) return value;
        var (left, right) = ReductionTree.Split(node);
        return combine(Fold(left, combine), Fold(right, combine));
    }
}
