using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Aggregation;

/// <summary>
/// The sum of a step's gradients over one segment, stretch by stretch: as soon as a stretch of every shard's gradient is here, it is added in the order of the tree and squared for the
/// norm, while the rest is still computed or on its way. A stretch lies in the gradient of the first node of those that it was made from, which may be others in each.
/// </summary>
internal sealed class SegmentSum
{
    /// <summary>Floats of a stretch, which are added and squared while they are in the cache: some blocks of the norm.</summary>
    internal const int StretchLength = 4 * SquaredNorm.BlockLength;

    private readonly Segment _segment;
    private readonly int _shards;
    private readonly TreeNodes<GradientBuffer> _nodes;
    private readonly List<Arrival> _arrivals = [];
    private readonly Stack<Arrival> _free = [];
    private readonly Func<GradientBuffer, GradientBuffer, GradientBuffer> _add;

    /// <summary>Of each stretch, the shards whose gradients are here; those that came twice count twice.</summary>
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

    /// <summary>A part of a gradient is here. What comes again, by itself or in another node's gradient, changes nothing: the first of it is taken.</summary>
    public void Add(GradientPart part)
    {
        int from = Math.Max(0, part.First - _segment.First), to = Math.Min(_segment.Length, part.First + part.Length - _segment.First);
        if (from >= to) return;
        var arrival = ArrivalOf(part.Node, part.Gradient);
        for (int stretch = from / StretchLength, begin = stretch * StretchLength; begin < to; stretch++, begin += StretchLength)
        {
            if (_sums[stretch] is not null) continue;
            arrival.Here[stretch] += Math.Min(to, begin + StretchLength) - Math.Max(from, begin);
            if (arrival.Here[stretch] < LengthOf(stretch)) continue;
            _shardsHere[stretch] += part.Node.Count;
            if (_shardsHere[stretch] >= _shards) TrySum(stretch);
        }
    }

    /// <summary>Where the sum lies from a place in the vector on.</summary>
    /// <param name="first">The beginning of a stretch.</param>
    /// <param name="length">How much of the segment is wanted; becomes how much of it lies in the same gradient.</param>
    public GradientBuffer At(int first, ref int length)
    {
        int stretch = (first - _segment.First) / StretchLength, end = first + length;
        var sum = _sums[stretch]!;
        do stretch++;
        while (stretch < _sums.Length && ReferenceEquals(_sums[stretch], sum));
        length = Math.Min(end, _segment.First + (stretch * StretchLength)) - first;
        return sum;
    }

    /// <summary>Another step begins.</summary>
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

    /// <summary>Folds a stretch of the gradients into the leftmost, and squares what comes of it, where they make up the tree.</summary>
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

    /// <summary>A node's gradient, as far as it is here.</summary>
    private sealed class Arrival(int stretches)
    {
        public ShardRange Node { get; set; }

        public GradientBuffer Gradient { get; set; } = null!;

        /// <summary>Floats of each stretch.</summary>
        public int[] Here { get; } = new int[stretches];
    }
}
