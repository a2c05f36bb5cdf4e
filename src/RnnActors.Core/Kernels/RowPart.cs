using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels;

/// <summary>
/// Some columns of a weight that a helper multiplies rows with. It works on copies of the operands and writes beside the product, so that one who is late reads and writes nothing
/// of the others'. Products are numbered, and the result of one that is waited for no more is never looked at.
/// </summary>
/// <param name="first">The first column: a multiple of the widest panel.</param>
internal sealed class RowPart(PackedMatrix weight, int first, int columns, RowHelper helper)
{
    private readonly AlignedBuffer _row = new(weight.K), _start = new(columns), _result = new(columns);
    private Numbers _numbers;

    public int First => first;

    public int Columns => columns;

    /// <summary>Whether the helper is at the product that was asked for last, or has done it.</summary>
    public bool IsBegun => Volatile.Read(ref _numbers.Begun) == _numbers.Asked;

    /// <summary>Whether <see cref="Result"/> is that of the product that was asked for last.</summary>
    public bool IsDone => Volatile.Read(ref _numbers.Done) == _numbers.Asked;

    /// <summary>(columns).</summary>
    public ReadOnlySpan<float> Result => _result.Span;

    /// <summary>Asks the helper for a product.</summary>
    /// <param name="row">(K).</param>
    /// <param name="start">(N): what the sums begin with; nothing for zeros.</param>
    public void Ask(ReadOnlySpan<float> row, ReadOnlySpan<float> start)
    {
        Give(row[..weight.K], _row.Span);
        if (start.IsEmpty) _start.Span.Clear();
        else Give(start.Slice(first, columns), _start.Span);
        Volatile.Write(ref _numbers.Asked, _numbers.Asked + 1);
        helper.Call(this);
    }

    /// <summary>A copy, unless it is one already, as of a bias: what is written has to come to the helper's core again, for which both wait.</summary>
    private static void Give(ReadOnlySpan<float> values, Span<float> copy)
    {
        if (!MemoryMarshal.AsBytes(values).SequenceEqual(MemoryMarshal.AsBytes(copy))) values.CopyTo(copy);
    }

    /// <summary>The helper's work.</summary>
    public void Compute()
    {
        long number = Volatile.Read(ref _numbers.Asked);
        if (number == _numbers.Done) return;
        Volatile.Write(ref _numbers.Begun, number);
        RowShares.Columns(weight, first, columns, _row.Span, _start.Span, _result.Span);
        Volatile.Write(ref _numbers.Done, number);
    }

    /// <summary>The numbers of the products that were last asked for, begun and done; what either thread writes has a cache line (and the one that is fetched with it) of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Numbers
    {
        [FieldOffset(128)]
        public long Asked;

        [FieldOffset(256)]
        public long Begun;

        [FieldOffset(264)]
        public long Done;
    }
}
