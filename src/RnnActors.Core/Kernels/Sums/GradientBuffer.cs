using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Kernels.Sums;

/// <summary>
/// Memory for a gradient that knows which blocks of sixteen values are all +0. A step touches few rows of a large embedding; the other blocks are not cleared,
/// added, squared or sent, though they can be read as +0. A marked block may hold anything. In a new buffer all blocks are marked, and writing to a marked
/// block needs no notice.
/// </summary>
/// <remarks>
/// Skipping +0 changes no bit: its square adds nothing, and neither does +0 to a sum, since sums begin at +0 and are therefore never -0. Several threads may
/// work on a buffer where their parts begin at multiples of <see cref="Alignment"/>.
/// </remarks>
public sealed class GradientBuffer
{
    /// <summary>Values whose marks share one word.</summary>
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

    /// <summary>A bit for each block that may be other than +0, as in <see cref="BlockMarks"/>.</summary>
    public ReadOnlyMemory<ulong> Marks => _marks;

    /// <summary>Sets some values to +0 and unmarks their blocks.</summary>
    /// <param name="first">A multiple of <see cref="BlockMarks.BlockLength"/>. A partial block at the end is cleared whole.</param>
    public void Clear(int first, int length)
    {
        int end = BlockMarks.Blocks(first + length);
        for (int block = first / BlockLength; BlockMarks.TryNextRun(_marks, ref block, end, out int count); block += count)
            Span[(block * BlockLength)..Math.Min(Length, (block + count) * BlockLength)].Clear();
        BlockMarks.Clear(_marks, first, length);
    }

    /// <summary>Marks some values, which may then be written to.</summary>
    public void Mark(int first, int length) => BlockMarks.Set(_marks, first, length);

    /// <summary>One node of the reduction tree: adds some of the right half's values to this left half's.</summary>
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

    /// <summary>The sum of squares of each block of the norm, as <see cref="SquaredNorm.Compute(ReadOnlySpan{float}, Span{double})"/> computes it.</summary>
    /// <param name="first">A multiple of <see cref="SquaredNorm.BlockLength"/>.</param>
    public void SquareInto(Span<double> blockSums, int first, int length) =>
        SquaredNorm.Compute(Span.Slice(first, length), _marks.AsSpan(first / Alignment), blockSums);
}
