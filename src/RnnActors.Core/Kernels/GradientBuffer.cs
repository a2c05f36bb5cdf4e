using System.Numerics;

namespace RnnActors.Core.Kernels;

/// <summary>
/// Memory for a gradient that knows of which of its blocks of sixteen values nothing but +0 was said: a step touches few rows of a large embedding, and nobody clears, adds, squares or sends
/// the others. Their values are there all the same, as +0. A new buffer claims nothing: each block is marked, that is, may be anything, and whoever writes to marked blocks need not say so.
/// </summary>
/// <remarks>
/// What is left out changes no bit: a square of +0 adds nothing, and neither does +0 to a sum, since sums begin at +0 and are therefore never -0. Threads may work on a buffer at once where
/// their parts begin at multiples of <see cref="Alignment"/>.
/// </remarks>
public sealed class GradientBuffer
{
    /// <summary>Values that a mark stands for: a cache line of them.</summary>
    public const int BlockLength = 16;

    /// <summary>The values of 64 blocks, whose marks lie in one word.</summary>
    public const int Alignment = 64 * BlockLength;

    private readonly AlignedBuffer _values;
    private readonly ulong[] _marks;

    public GradientBuffer(int length)
    {
        _values = new AlignedBuffer(length);
        _marks = new ulong[(length + Alignment - 1) / Alignment];
        Array.Fill(_marks, ulong.MaxValue);
    }

    public int Length => _values.Length;

    public Span<float> Span => _values.Span;

    public Memory<float> Memory => _values.Memory;

    /// <summary>A bit for each block, 64 to an element, the lowest first: whether it may be other than +0.</summary>
    public ReadOnlyMemory<ulong> Marks => _marks;

    /// <summary>Makes some values +0, and says so.</summary>
    /// <param name="first">A multiple of <see cref="BlockLength"/>; a last block that is not whole is cleared whole.</param>
    public void Clear(int first, int length)
    {
        int end = EndOf(first, length);
        for (int block = first / BlockLength; TryNextRun(ref block, end, out int count); block += count)
            Span[(block * BlockLength)..Math.Min(Length, (block + count) * BlockLength)].Clear();
        for (int block = first / BlockLength; block < end;)
        {
            ulong mask = MaskOf(block, end, out int count);
            _marks[block / 64] &= ~mask;
            block += count;
        }
    }

    /// <summary>Some values may be written to.</summary>
    public void Mark(int first, int length)
    {
        int end = EndOf(first, length);
        for (int block = first / BlockLength; block < end;)
        {
            ulong mask = MaskOf(block, end, out int count);
            _marks[block / 64] |= mask;
            block += count;
        }
    }

    /// <summary>One node of the reduction tree: adds some of the right half's values to these.</summary>
    public void Add(GradientBuffer right, int first, int length)
    {
        int end = EndOf(first, length);
        for (int block = first / BlockLength; right.TryNextRun(ref block, end, out int count); block += count)
        {
            int from = Math.Max(first, block * BlockLength), to = Math.Min(first + length, (block + count) * BlockLength);
            Kernels.Add.Into(Span[from..to], right.Span[from..to]);
            Mark(from, to - from);
        }
    }

    /// <summary>The sum of squares of each of the norm's blocks, as <see cref="SquaredNorm.Compute(ReadOnlySpan{float}, Span{double})"/> finds them.</summary>
    /// <param name="first">A multiple of <see cref="SquaredNorm.BlockLength"/>.</param>
    public void SquareInto(Span<double> blockSums, int first, int length) =>
        SquaredNorm.Compute(Span.Slice(first, length), _marks.AsSpan(first / Alignment), blockSums);

    private static int EndOf(int first, int length) => (first + length + BlockLength - 1) / BlockLength;

    /// <summary>The bits of those blocks from one on that share its word.</summary>
    private static ulong MaskOf(int block, int end, out int count)
    {
        count = Math.Min(64 - (block % 64), end - block);
        return ulong.MaxValue >> (64 - count) << (block % 64);
    }

    /// <summary>The next marked blocks that lie together.</summary>
    /// <param name="block">Where to begin; becomes the first of them.</param>
    private bool TryNextRun(ref int block, int end, out int count)
    {
        block = Next(block, end, flip: 0);
        count = Next(block, end, flip: ulong.MaxValue) - block;
        return block < end;
    }

    /// <summary>The next block that is marked, or, with its bits flipped, that is not.</summary>
    private int Next(int block, int end, ulong flip)
    {
        while (block < end)
        {
            ulong rest = (_marks[block / 64] ^ flip) >> (block % 64);
            if (rest != 0) return Math.Min(end, block + BitOperations.TrailingZeroCount(rest));
            block += 64 - (block % 64);
        }

        return end;
    }
}
