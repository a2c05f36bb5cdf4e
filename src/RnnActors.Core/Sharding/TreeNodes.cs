namespace RnnActors.Core.Sharding;

/// <summary>
/// Results of nodes of the reduction tree that arrive in any order, and their combination in the order of the tree. What arrives twice, or inside a node that
/// is there already, changes nothing: both have the same bits, so the first answer wins.
/// </summary>
public sealed class TreeNodes<T>(int shards)
{
    private readonly Dictionary<ShardRange, T> _nodes = [];
    private readonly ShardRange _root = new(0, shards);

    /// <summary>Whether what is there makes up the whole tree.</summary>
    public bool IsComplete => Covers(_root);

    public void Add(ShardRange node, T value) => _nodes.TryAdd(node, value);

    public void Clear() => _nodes.Clear();

    /// <summary>What is there, in no order.</summary>
    public IReadOnlyCollection<ShardRange> Nodes => _nodes.Keys;

    /// <summary>The whole tree's value: a node's own, or what <paramref name="combine"/> makes of its left and its right half.</summary>
    public T Fold(Func<T, T, T> combine) => Fold(_root, combine);

    /// <summary>Forgets everything inside a node.</summary>
    public void Remove(ShardRange node)
    {
        foreach (var inside in _nodes.Keys.Where(node.Contains).ToArray()) _nodes.Remove(inside);
    }

    /// <summary>Whether what is there makes up this node.</summary>
    public bool Covers(ShardRange node)
    {
        if (_nodes.ContainsKey(node)) return true;
        if (node.Count == 1) return false;
        var (left, right) = ReductionTree.Split(node);
        return Covers(left) && Covers(right);
    }

    /// <summary>A node's value, as <see cref="Fold(Func{T, T, T})"/> finds the whole tree's.</summary>
    public T Fold(ShardRange node, Func<T, T, T> combine)
    {
        if (_nodes.TryGetValue(node, out var value)) return value;
        var (left, right) = ReductionTree.Split(node);
        return combine(Fold(left, combine), Fold(right, combine));
    }
}
