using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels.Threads;

/// <summary>
/// One helper's part of each job of a <see cref="ThreadTeam"/>. Jobs are numbered. The helper and the calling thread both try to claim a job's number by an
/// atomic exchange; the winner does the part. So no job waits for a helper that has not begun.
/// </summary>
/// <param name="part">The part's index, from 1; the calling thread's is 0.</param>
/// <param name="parts">Number of parts, the calling thread's included.</param>
internal sealed unsafe class TeamPart(HelperThread helper, int part, int parts) : IWorkItem
{
    /// <summary>Spins while waiting for a helper that has begun, before the processor is yielded: the helper may need this one.</summary>
    private const int MaxSpins = 4096;

    private void* _work;
    private delegate*<void*, int, int, void> _compute;
    private Exception? _error;
    private Numbers _numbers;
    private bool _isAsked;

    /// <param name="work">It must stay valid until <see cref="Finish"/> has returned.</param>
    public void Ask(void* work, delegate*<void*, int, int, void> compute)
    {
        _work = work;
        _compute = compute;
        _isAsked = helper.IsAvailable();
        if (!_isAsked) return;
        Volatile.Write(ref _numbers.Asked, _numbers.Asked + 1);
        helper.Post(this);
    }

    /// <summary>Does the part itself unless the helper has begun it; then waits for its end.</summary>
    /// <returns>The exception that the part threw; null for none.</returns>
    public Exception? Finish()
    {
        if (!_isAsked) return Do();
        long number = _numbers.Asked;
        bool isMine = Claim(number);
        helper.Report(wasUseful: !isMine);
        if (isMine) return Do();
        for (int i = 0; i < MaxSpins && Volatile.Read(ref _numbers.Done) != number; i++) Thread.SpinWait(1);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _numbers.Done) != number) spin.SpinOnce(sleep1Threshold: -1);
        return _error;
    }

    /// <summary>Runs on the helper's thread.</summary>
    public void Execute()
    {
        long number = Volatile.Read(ref _numbers.Asked);
        if (!Claim(number)) return;
        _error = Do();
        Volatile.Write(ref _numbers.Done, number);
    }

    /// <summary>Claims a job for the calling thread; true for the first to claim it. A number can be claimed only after the one before it.</summary>
    private bool Claim(long number) => Interlocked.CompareExchange(ref _numbers.Claimed, number, number - 1) == number - 1;

    private Exception? Do()
    {
        try
        {
            _compute(_work, part, parts);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    /// <summary>Fields that different threads write are two cache lines apart (a line and the one prefetched with it), to avoid false sharing.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Numbers
    {
        [FieldOffset(128)]
        public long Asked;

        [FieldOffset(256)]
        public long Claimed;

        [FieldOffset(384)]
        public long Done;
    }
}
