using System.Runtime.CompilerServices;

namespace RnnActors.Core.Kernels;

/// <summary>One operand of Σ aᵀ·b: groups of rows.</summary>
/// <param name="data">(groups, rows, ·): rows <paramref name="stride"/> apart, groups <paramref name="group"/>.</param>
internal readonly unsafe struct GroupedRows(float* data, nint stride, nint group, int groups)
{
    public int Groups => groups;

    public nint Stride => stride;

    public float* RowAt(int groupIndex, int row) => data + (groupIndex * group) + (row * stride);
}

/// <summary>Walks over a leaf's rows in the order of k: all groups of the first operand, then all of the second.</summary>
internal unsafe struct LeafRows
{
    private readonly GroupedRows _first, _second;
    private readonly ShardRows _leaf;
    private int _group, _row;
    private float* _next;

    /// <param name="k">Where to begin.</param>
    public LeafRows(in GroupedRows first, in GroupedRows second, ShardRows leaf, int k)
    {
        (_first, _second, _leaf) = (first, second, leaf);
        (_group, _row) = (k / leaf.Count, k % leaf.Count);
        _next = Find();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Next()
    {
        float* row = _next;
        _next += _group < _first.Groups ? _first.Stride : _second.Stride;
        if (++_row == _leaf.Count)
        {
            _row = 0;
            _group++;
            _next = Find();
        }

        return row;
    }

    private readonly float* Find() =>
        _group < _first.Groups ? _first.RowAt(_group, _leaf.First + _row) : _second.RowAt(_group - _first.Groups, _leaf.First + _row);
}
