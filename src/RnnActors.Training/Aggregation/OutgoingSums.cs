using RnnActors.Core.Sharding;

namespace RnnActors.Training.Aggregation;

/// <summary>
/// The gradient sums that a process sends in a step: the fewest tree nodes that make up the shards of each decision. Each is sent once, as soon as its parts
/// are there. If shards are given out twice, the sums are split so that none waits for a worker whose work somebody else has done. A sum that was sent is never
/// written to again.
/// </summary>
/// <param name="shards">S.</param>
/// <param name="combine">Adds the right half to the left one.</param>
/// <param name="send">Sends the sum over a tree node.</param>
internal sealed class OutgoingSums<T>(int shards, Func<T, T, T> combine, Action<ShardRange, T> send)
{
    private readonly TreeNodes<T> _parts = new(shards);
    private readonly List<ShardRange> _awaited = [];
    private readonly List<ShardRange> _sent = [];

    /// <summary>Starts a new step.</summary>
    public void Clear()
    {
        _parts.Clear();
        _awaited.Clear();
        _sent.Clear();
    }

    /// <summary>Expects a sum over these shards, which one decision gave to the workers.</summary>
    public void Await(IReadOnlyList<ShardRange> given)
    {
        foreach (var range in Join(given))
            foreach (var node in ReductionTree.Cover(range, shards)) Await(node);

        // A part that was waiting for others may now be all that is expected.
        foreach (var part in _parts.Nodes.ToArray())
        {
            if (!_awaited.Exists(part.Contains)) continue;
            var value = _parts.Fold(part, combine);
            _parts.Remove(part);
            Add(part, value);
        }

        foreach (var node in _awaited.Where(_parts.Covers).ToArray()) Send(node, _parts.Fold(node, combine));
    }

    /// <summary>A worker's sum over a tree node is ready.</summary>
    public void Add(ShardRange part, T value)
    {
        if (_sent.Exists(sent => sent.Contains(part))) return;
        int larger = _awaited.FindIndex(node => node != part && node.Contains(part));
        if (larger < 0)
        {
            Send(part, value);
            return;
        }

        var awaited = _awaited[larger];
        _parts.Add(part, value);
        if (_parts.Covers(awaited)) Send(awaited, _parts.Fold(awaited, combine));
    }

    private void Send(ShardRange node, T value)
    {
        _parts.Remove(node);
        _awaited.RemoveAll(node.Contains);
        _sent.Add(node);
        send(node, value);
    }

    /// <summary>
    /// Adds a tree node to send. They never overlap: one that contains the new one is split around it, and one inside it stays, with the rest beside it.
    /// </summary>
    private void Await(ShardRange node)
    {
        if (_sent.Exists(sent => sent.Contains(node)) || _awaited.Contains(node)) return;
        int larger = _awaited.FindIndex(awaited => awaited.Contains(node));
        if (larger >= 0)
        {
            var (left, right) = ReductionTree.Split(_awaited[larger]);
            _awaited.RemoveAt(larger);
            _awaited.Add(left);
            _awaited.Add(right);
            Await(node);
        }
        else if (_awaited.Exists(node.Contains) || _sent.Exists(node.Contains))
        {
            var (left, right) = ReductionTree.Split(node);
            Await(left);
            Await(right);
        }
        else
        {
            _awaited.Add(node);
        }
    }

    private static List<ShardRange> Join(IReadOnlyList<ShardRange> ranges)
    {
        var joined = new List<ShardRange>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (joined.Count > 0 && joined[^1].End >= range.First)
                joined[^1] = joined[^1] with { Count = Math.Max(joined[^1].End, range.End) - joined[^1].First };
            else joined.Add(range);
        }

        return joined;
    }
}
