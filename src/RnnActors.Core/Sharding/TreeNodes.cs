namespace RnnActors.Core.Sharding;

/// <summary>
/// Results of nodes of the reduction tree that arrive in any order, and their combination in the order of the tree. What arrives twice, or inside a node that is
/// there already, changes nothing: both are the same bits, so the first answer wins.
/// </summary>
public sealed class TreeNodes<T>(int shards)
{
    private readonly Dictionary<ShardRange, T> _nodes = [];
    private readonly ShardRange _root = new(0, shards);

    /// <summary>Whether what is there makes up the whole tree.</summary>
    public bool IsComplete => Covers(_root);

    public void Add(ShardRange node, T value) => _nodes.TryAdd(node, value);

    public void Clear() => _nodes.Clear();

    /// <summary>The whole tree's value: a node's own, or what <paramref name="combine"/> makes of its left and its right half.</summary>
    public T Fold(Func<T, T, T> combine) => Fold(_root, combine);

    private bool Covers(ShardRange node)
    {
        if (_nodes.ContainsKey(node)) return true;
        if (node.Count == 1) return false;
        var (left, right) = ReductionTree.Split(node);
        return Covers(left) && Covers(right);
    }

    private T Fold(ShardRange node, Func<T, T, T> combine)
    {
        if (_nodes.TryGetValue(node, out var value)) return value;
        var (left, right) = ReductionTree.Split(node);
        return combine(Fold(left, combine), Fold(right, combine));
    }
}
