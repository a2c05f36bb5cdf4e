using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Kernels.Sums;

/// <summary>
/// Memory for a gradient that knows which of its blocks of sixteen values hold nothing but +0. A step touches few rows of a large embedding; the others are not
/// cleared, added, squared or sent. Their values are there all the same, as +0. A new buffer claims nothing: each block is marked, that is, may be anything,
/// and whoever writes to marked blocks need not say so.
/// </summary>
/// <remarks>
/// What is left out changes no bit: a square of +0 adds nothing, and neither does +0 to a sum, since sums begin at +0 and are therefore never -0. Threads may
/// work on a buffer at once where their parts begin at multiples of <see cref="Alignment"/>.
/// </remarks>
public sealed class GradientBuffer
{
    /// <summary>Values whose marks lie in one word.</summary>
    public const int Alignment = BlockMarks.WordLength;

    private const int BlockLength = BlockMarks.BlockLength;

    private readonly AlignedBuffer _values;
    private readonly ulong[] _marks;

    public GradientBuffer(int length)
    {
        _values = new AlignedBuffer(length);
        _marks = new ulong[BlockMarks.Words(length)];
        Array.Fill(_marks, ulong.MaxValue);
    }

    public int Length => _values.Length;

    public Span<float> Span => _values.Span;

    public Memory<float> Memory => _values.Memory;

    /// <summary>Whether a block may be other than +0, as <see cref="BlockMarks"/>.</summary>
    public ReadOnlyMemory<ulong> Marks => _marks;

    /// <summary>Makes some values +0, and says so.</summary>
    /// <param name="first">A multiple of <see cref="BlockMarks.BlockLength"/>; a last block that is not whole is cleared whole.</param>
    public void Clear(int first, int length)
    {
        int end = BlockMarks.Blocks(first + length);
        for (int block = first / BlockLength; BlockMarks.TryNextRun(_marks, ref block, end, out int count); block += count)
            Span[(block * BlockLength)..Math.Min(Length, (block + count) * BlockLength)].Clear();
        BlockMarks.Clear(_marks, first, length);
    }

    /// <summary>Some values may be written to.</summary>
    public void Mark(int first, int length) => BlockMarks.Set(_marks, first, length);

    /// <summary>One node of the reduction tree: adds some of the right half's values to these.</summary>
    public void Add(GradientBuffer right, int first, int length)
    {
        int end = BlockMarks.Blocks(first + length);
        for (int block = first / BlockLength; BlockMarks.TryNextRun(right._marks, ref block, end, out int count); block += count)
        {
            int from = Math.Max(first, block * BlockLength), to = Math.Min(first + length, (block + count) * BlockLength);
            Functions.Add.Into(Span[from..to], right.Span[from..to]);
            Mark(from, to - from);
        }
    }

    /// <summary>The sum of squares of each of the norm's blocks, as <see cref="SquaredNorm.Compute(ReadOnlySpan{float}, Span{double})"/> finds them.</summary>
    /// <param name="first">A multiple of <see cref="SquaredNorm.BlockLength"/>.</param>
    public void SquareInto(Span<double> blockSums, int first, int length) =>
        SquaredNorm.Compute(Span.Slice(first, length), _marks.AsSpan(first / Alignment), blockSums);
}
