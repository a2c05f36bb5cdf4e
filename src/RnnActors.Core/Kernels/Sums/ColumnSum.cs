using System.Runtime.CompilerServices;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Simd;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Sums;

/// <summary>A bias's gradient: the sum of each column over groups of consecutive rows, in their order, over a node of the reduction tree.</summary>
public static unsafe class ColumnSum
{
    /// <summary>Floats per thread from which on the sum is split among threads: many more than a cell's elements, which take longer.</summary>
    private const int MinRead = 16 * 1024;

    /// <param name="source">(groups, rows, ≥ sums): rows <paramref name="stride"/> apart, groups <paramref name="group"/>.</param>
    /// <param name="sums">Overwritten or added to, as the order says.</param>
    public static void Compute(SumOrder order, ReadOnlySpan<float> source, int stride, int group, int groups, Span<float> sums)
    {
        foreach (var leaf in order.Leaves)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(leaf.First);
            ArgumentOutOfRangeException.ThrowIfNegative(leaf.Count);
            if (leaf.Count > 0 && order.Index.IsEmpty) Bounds.Check(source, groups, group, checked(leaf.First + leaf.Count), sums.Length, stride);
        }

        var work = new Columns(order, source, stride, group, groups, sums);
        ThreadTeam.Run(ref work, groups * (long)sums.Length * order.Rows, MinRead);
    }

    private static void SumLeaves(SumOrder order, ReadOnlySpan<float> source, int stride, int group, int groups, Span<float> sums)
    {
        if (sums.IsEmpty) return;
        int width = sums.Length, open = 0;
        Span<float> memory = ThreadMemory.Take(order.MaxOpen * width);
        for (int leaf = 0; leaf < order.Leaves.Length; leaf++)
        {
            var rows = order.Leaves[leaf];
            Sum(source, stride, group, groups, rows, order.Index, memory.Slice(open++ * width, width));
            for (int merge = 0; merge < order.Merges[leaf]; merge++)
            {
                open--;
                Add.Into(memory.Slice((open - 1) * width, width), memory.Slice(open * width, width));
            }
        }

        Add.Give(sums, memory[..width], order.AddsToTarget);
    }

    private static void Sum(ReadOnlySpan<float> source, int stride, int group, int groups, ShardRows rows, ReadOnlySpan<int> index, Span<float> sums)
    {
        if (groups == 0 || rows.Count == 0)
        {
            sums.Clear();
            return;
        }

        if (index.IsEmpty) ArgumentOutOfRangeException.ThrowIfLessThan(source.Length,
            ((groups - 1) * group) + ((rows.First + rows.Count - 1) * stride) + sums.Length);
        else foreach (int at in index.Slice(rows.First, rows.Count)) ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, (at * stride) + sums.Length);
        fixed (float* from = source, to = sums)
        fixed (int* places = index)
        {
            var kernel = new Kernel(new GroupedRows(from, stride, group, groups, places), rows, to, sums.Length);
            Dispatch.Run(ref kernel);
        }
    }

    private readonly ref struct Columns(SumOrder order, ReadOnlySpan<float> source, int stride, int group, int groups, Span<float> sums) : ITeamWork
    {
        private readonly SumOrder _order = order;
        private readonly ReadOnlySpan<float> _source = source;
        private readonly Span<float> _sums = sums;

        public void Compute(int part, int parts)
        {
            var (first, count) = ThreadTeam.PartOf(_sums.Length, Vectors.WidestPanel, part, parts);
            SumLeaves(_order, _source.IsEmpty ? _source : _source[first..], stride, group, groups, _sums.Slice(first, count));
        }
    }

    private readonly struct Kernel(GroupedRows source, ShardRows rows, float* sums, int width) : IKernel
    {
        public void Run<TSimd, TVec>()
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            int block = 4 * TSimd.Count, column = 0;
            for (; column + block <= width; column += block) Block<TSimd, TVec>(column, sums + column);
            for (; column < width; column++) sums[column] = Column(column);
        }

        private float Column(int column)
        {
            float sum = 0;
            for (int g = 0; g < source.Groups; g++)
                for (int i = 0; i < rows.Count; i++) sum += source.RowAt(g, rows.First + i)[column];
            return sum;
        }

        /// <summary>Sums four vectors of columns.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Block<TSimd, TVec>(int column, float* to)
            where TSimd : ISimd<TVec>
            where TVec : struct
        {
            TVec a = TSimd.Set(0), b = a, c = a, d = a;
            for (int g = 0; g < source.Groups; g++)
            {
                for (int i = 0; i < rows.Count; i++)
                {
                    float* row = source.RowAt(g, rows.First + i) + column;
                    a = TSimd.Add(a, TSimd.Load(row));
                    b = TSimd.Add(b, TSimd.Load(row + TSimd.Count));
                    c = TSimd.Add(c, TSimd.Load(row + (2 * TSimd.Count)));
                    d = TSimd.Add(d, TSimd.Load(row + (3 * TSimd.Count)));
                }
            }

            TSimd.Store(a, to);
            TSimd.Store(b, to + TSimd.Count);
            TSimd.Store(c, to + (2 * TSimd.Count));
            TSimd.Store(d, to + (3 * TSimd.Count));
        }
    }
}
