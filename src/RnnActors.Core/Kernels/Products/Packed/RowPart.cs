using System.Diagnostics;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// Some columns of a weight that a helper multiplies rows with. It works on copies of the operands and writes beside the product, so that one who is late reads
/// and writes nothing of the others'. Products are numbered, and the result of one that is waited for no more is never looked at.
/// </summary>
/// <param name="first">The first column: a multiple of the widest panel.</param>
internal sealed class RowPart(PackedMatrix weight, int first, int columns, HelperThread helper) : IWorkItem
{
    private readonly AlignedBuffer _row = new(weight.K), _start = new(columns), _result = new(columns);
    private Numbers _numbers;
    private bool _isAsked;

    public int First => first;

    public int Columns => columns;

    /// <summary>(columns): the last product, where it <see cref="IsDoneBefore"/>.</summary>
    public ReadOnlySpan<float> Result => _result.Span;

    private bool IsBegun => Volatile.Read(ref _numbers.Begun) == _numbers.Asked;

    private bool IsDone => Volatile.Read(ref _numbers.Done) == _numbers.Asked;

    /// <summary>Asks the helper for a product, unless it rests.</summary>
    /// <param name="row">(K).</param>
    /// <param name="start">(N): what the sums begin with; nothing for zeros.</param>
    public void Ask(ReadOnlySpan<float> row, ReadOnlySpan<float> start)
    {
        _isAsked = helper.IsAvailable();
        if (!_isAsked) return;
        Give(row[..weight.K], _row.Span);
        if (start.IsEmpty) _start.Span.Clear();
        else Give(start.Slice(first, columns), _start.Span);
        Volatile.Write(ref _numbers.Asked, _numbers.Asked + 1);
        helper.Post(this);
    }

    /// <summary>Waits for what was asked for: not where it is not begun, nor where the helper has the processor of who waits.</summary>
    /// <param name="patience">A time stamp.</param>
    /// <returns>Whether it is done.</returns>
    public bool IsDoneBefore(long patience)
    {
        if (!_isAsked || !IsBegun) return false;
        bool isElsewhere = _numbers.Processor != Thread.GetCurrentProcessorId();
        while (!IsDone && isElsewhere && Stopwatch.GetTimestamp() < patience) Thread.SpinWait(1);
        bool isDone = IsDone;
        helper.Report(isDone && isElsewhere);
        return isDone;
    }

    /// <summary>A copy, unless it is one already, as of a bias: what is written has to come to the helper's core again, for which both wait.</summary>
    private static void Give(ReadOnlySpan<float> values, Span<float> copy)
    {
        if (!MemoryMarshal.AsBytes(values).SequenceEqual(MemoryMarshal.AsBytes(copy))) values.CopyTo(copy);
    }

    /// <summary>The helper's work.</summary>
    public void Execute()
    {
        long number = Volatile.Read(ref _numbers.Asked);
        if (number == _numbers.Done) return;
        _numbers.Processor = Thread.GetCurrentProcessorId();
        Volatile.Write(ref _numbers.Begun, number);
        RowShares.Columns(weight, first, columns, _row.Span, _start.Span, _result.Span);
        Volatile.Write(ref _numbers.Done, number);
    }

    /// <summary>
    /// The numbers of the products that were last asked for, begun and done. What either thread writes has a cache line of its own, with the next one, which is
    /// fetched with it.
    /// </summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Numbers
    {
        [FieldOffset(128)]
        public long Asked;

        [FieldOffset(256)]
        public long Begun;

        [FieldOffset(264)]
        public long Done;

        [FieldOffset(272)]
        public int Processor;
    }
}
