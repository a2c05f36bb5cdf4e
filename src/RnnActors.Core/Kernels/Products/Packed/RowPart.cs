using System.Diagnostics;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Core.Kernels.Products.Packed;

/// <summary>
/// The columns of a weight that one helper multiplies rows by. It works on copies of the operands and writes to memory of its own, so a late helper neither
/// reads nor writes anything of the caller's. Products are numbered; the result of one that is no longer awaited is never read.
/// </summary>
/// <param name="first">The first column, a multiple of the widest panel.</param>
internal sealed class RowPart(PackedMatrix weight, int first, int columns, HelperThread helper) : IWorkItem
{
    private readonly AlignedBuffer _row = new(weight.K), _start = new(columns), _result = new(columns);
    private Numbers _numbers;
    private bool _isAsked;

    public int First => first;

    public int Columns => columns;

    /// <summary>(columns): the last product, after <see cref="IsDoneBefore"/> returned true.</summary>
    public ReadOnlySpan<float> Result => _result.Span;

    private bool IsBegun => Volatile.Read(ref _numbers.Begun) == _numbers.Asked;

    private bool IsDone => Volatile.Read(ref _numbers.Done) == _numbers.Asked;

    /// <summary>Requests a product from the helper, unless it is backing off.</summary>
    /// <param name="row">(K).</param>
    /// <param name="start">(N): initial values of the sums; empty for zeros.</param>
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

    /// <summary>Waits for the requested product. It does not wait where the helper has not begun, or runs on the caller's own processor.</summary>
    /// <param name="patience">The time stamp at which to give up.</param>
    /// <returns>Whether the product is done.</returns>
    public bool IsDoneBefore(long patience)
    {
        if (!_isAsked || !IsBegun) return false;
        bool isElsewhere = _numbers.Processor != Thread.GetCurrentProcessorId();
        while (!IsDone && isElsewhere && Stopwatch.GetTimestamp() < patience) Thread.SpinWait(1);
        bool isDone = IsDone;
        helper.Report(isDone && isElsewhere);
        return isDone;
    }

    /// <summary>
    /// Copies values, unless the copy is equal already (a bias): written lines must travel to the helper's core again, and both threads wait.
    /// </summary>
    private static void Give(ReadOnlySpan<float> values, Span<float> copy)
    {
        if (!MemoryMarshal.AsBytes(values).SequenceEqual(MemoryMarshal.AsBytes(copy))) values.CopyTo(copy);
    }

    /// <summary>Runs on the helper's thread.</summary>
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
    /// The numbers of the products last requested, begun and done. Fields that different threads write are two cache lines apart (a line and the one prefetched
    /// with it), to avoid false sharing.
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
