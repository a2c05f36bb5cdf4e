using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Kernels.Products.Transposed;

/// <summary>Iterates over a leaf's rows in the order of k: group by group.</summary>
internal unsafe struct LeafRows
{
    private readonly GroupedRows _rows;
    private readonly ShardRows _leaf;
    private readonly bool _isIndexed;
    private int _group, _row;
    private float* _next;

    /// <param name="k">Where to begin.</param>
    public LeafRows(in GroupedRows rows, ShardRows leaf, int k)
    {
        (_rows, _leaf, _isIndexed) = (rows, leaf, rows.IsIndexed);
        (_group, _row) = (k / leaf.Count, k % leaf.Count);
        _next = Find();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Next()
    {
        float* row = _next;
        _next += _rows.Stride;
        if (++_row == _leaf.Count)
        {
            _row = 0;
            if (++_group < _rows.Groups || !_isIndexed) _next = Find();
        }
        else if (_isIndexed)
        {
            _next = Find();
        }

        return row;
    }

    private readonly float* Find() => _rows.RowAt(_group, _leaf.First + _row);
}
