using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Aggregation;

/// <summary>
/// Sums a step's gradients over one segment, stretch by stretch. A stretch is added in the order of the reduction tree, and squared for the norm, as soon as it
/// is there for every shard. The rest may still be computed or on its way. The sum lies in the buffer of the first tree node that it was made from, which may
/// differ between stretches.
/// </summary>
internal sealed class SegmentSum
{
    /// <summary>Floats of a stretch: few enough to stay in the cache between adding and squaring, and a multiple of the norm's blocks.</summary>
    internal const int StretchLength = 4 * SquaredNorm.BlockLength;

    private readonly Segment _segment;
    private readonly int _shards;
    private readonly TreeNodes<GradientBuffer> _nodes;
    private readonly List<Arrival> _arrivals = [];
    private readonly Stack<Arrival> _free = [];
    private readonly Func<GradientBuffer, GradientBuffer, GradientBuffer> _add;

    /// <summary>For each stretch, how many shards' gradients are there; duplicates count twice.</summary>
    private readonly int[] _shardsHere;
    private readonly GradientBuffer?[] _sums;
    private int _summed, _first, _length;

    /// <param name="shards">S.</param>
    public SegmentSum(Segment segment, int shards)
    {
        int stretches = (segment.Length + StretchLength - 1) / StretchLength;
        (_segment, _shards, _nodes) = (segment, shards, new TreeNodes<GradientBuffer>(shards));
        (_shardsHere, _sums, _add) = (new int[stretches], new GradientBuffer?[stretches], Add);
        BlockNorms = new double[SquaredNorm.Blocks(segment.Length)];
    }

    /// <summary>Whether the whole segment is summed.</summary>
    public bool IsComplete => _summed == _sums.Length;

    /// <summary>The squared norm of each block of the segment, as far as it is summed.</summary>
    public double[] BlockNorms { get; }

    /// <summary>Adds a part of a gradient. Delivery is at least once: a duplicate, by itself or within another tree node, changes nothing.</summary>
    public void Add(GradientPart part)
    {
        int from = Math.Max(0, part.First - _segment.First), to = Math.Min(_segment.Length, part.First + part.Length - _segment.First);
        if (from >= to) return;
        var arrival = ArrivalOf(part.TreeNode, part.Gradient);
        for (int stretch = from / StretchLength, begin = stretch * StretchLength; begin < to; stretch++, begin += StretchLength)
        {
            if (_sums[stretch] is not null) continue;
            arrival.Here[stretch] += Math.Min(to, begin + StretchLength) - Math.Max(from, begin);
            if (arrival.Here[stretch] < LengthOf(stretch)) continue;
            _shardsHere[stretch] += part.TreeNode.Count;
            if (_shardsHere[stretch] >= _shards) TrySum(stretch);
        }
    }

    /// <summary>The buffer that holds the sum from an index on.</summary>
    /// <param name="first">The first index, where a stretch begins.</param>
    /// <param name="length">How many values are wanted; on return, how many of them that buffer holds.</param>
    public GradientBuffer At(int first, ref int length)
    {
        int stretch = (first - _segment.First) / StretchLength, end = first + length;
        var sum = _sums[stretch]!;
        do stretch++;
        while (stretch < _sums.Length && ReferenceEquals(_sums[stretch], sum));
        length = Math.Min(end, _segment.First + (stretch * StretchLength)) - first;
        return sum;
    }

    /// <summary>Starts a new step.</summary>
    public void Clear()
    {
        foreach (var arrival in _arrivals)
        {
            Array.Clear(arrival.Here);
            arrival.Gradient = null!;
            _free.Push(arrival);
        }

        _arrivals.Clear();
        _nodes.Clear();
        Array.Clear(_shardsHere);
        Array.Clear(_sums);
        _summed = 0;
    }

    private Arrival ArrivalOf(ShardRange node, GradientBuffer gradient)
    {
        foreach (var known in _arrivals)
            if (known.Node == node && ReferenceEquals(known.Gradient, gradient)) return known;
        var arrival = _free.TryPop(out var free) ? free : new Arrival(_sums.Length);
        (arrival.Node, arrival.Gradient) = (node, gradient);
        _arrivals.Add(arrival);
        return arrival;
    }

    /// <summary>Adds a stretch of all gradients into the leftmost, in the order of the tree, and squares the result, if all shards are there.</summary>
    private void TrySum(int stretch)
    {
        (_first, _length) = (_segment.First + (stretch * StretchLength), LengthOf(stretch));
        _nodes.Clear();
        foreach (var arrival in _arrivals)
            if (arrival.Here[stretch] == _length) _nodes.Add(arrival.Node, arrival.Gradient);
        if (!_nodes.IsComplete) return;
        var sum = _nodes.Fold(_add);
        sum.SquareInto(BlockNorms.AsSpan(stretch * (StretchLength / SquaredNorm.BlockLength), SquaredNorm.Blocks(_length)), _first, _length);
        _sums[stretch] = sum;
        _summed++;
    }

    private GradientBuffer Add(GradientBuffer left, GradientBuffer right)
    {
        left.Add(right, _first, _length);
        return left;
    }

    private int LengthOf(int stretch) => Math.Min(StretchLength, _segment.Length - (stretch * StretchLength));

    /// <summary>The gradient of a tree node, as far as it has arrived.</summary>
    private sealed class Arrival(int stretches)
    {
        public ShardRange Node { get; set; }

        public GradientBuffer Gradient { get; set; } = null!;

        /// <summary>How many values of each stretch have arrived.</summary>
        public int[] Here { get; } = new int[stretches];
    }
}
