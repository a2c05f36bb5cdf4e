using System.Runtime.InteropServices;

namespace RnnActors.Core.Kernels.Threads;

/// <summary>One helper's part of what a <see cref="ThreadTeam"/> computes. Works are numbered; the
/// helper and the thread that is helped claim a number, and who has it does the part.</summary>
/// <param name="part">Its number, from 1.</param>
/// <param name="parts">Of the team.</param>
internal sealed unsafe class TeamPart(HelperThread helper, int part, int parts) : IWorkItem
{
    /// <summary>Looks for the helper's answer before others may have the processor, as they must where it has none.</summary>
    private const int Looks = 4096;

    private void* _work;
    private delegate*<void*, int, int, void> _compute;
    private Exception? _error;
    private Numbers _numbers;
    private bool _isAsked;

    /// <param name="work">Stays until <see cref="Finish"/> has returned.</param>
    public void Ask(void* work, delegate*<void*, int, int, void> compute)
    {
        _work = work;
        _compute = compute;
        _isAsked = helper.IsAvailable();
        if (!_isAsked) return;
        Volatile.Write(ref _numbers.Asked, _numbers.Asked + 1);
        helper.Post(this);
    }

    /// <summary>Does the part, unless the helper has begun it; then waits for its end.</summary>
    /// <returns>What went wrong; null where nothing did.</returns>
    public Exception? Finish()
    {
        if (!_isAsked) return Do();
        long number = _numbers.Asked;
        bool isMine = Claim(number);
        helper.Report(wasUseful: !isMine);
        if (isMine) return Do();
        for (int i = 0; i < Looks && Volatile.Read(ref _numbers.Done) != number; i++) Thread.SpinWait(1);
        var spin = default(SpinWait);
        while (Volatile.Read(ref _numbers.Done) != number) spin.SpinOnce(sleep1Threshold: -1);
        return _error;
    }

    /// <summary>The helper's work.</summary>
    public void Execute()
    {
        long number = Volatile.Read(ref _numbers.Asked);
        if (!Claim(number)) return;
        _error = Do();
        Volatile.Write(ref _numbers.Done, number);
    }

    /// <summary>The first thread has it; the next number can be claimed only after this one was.</summary>
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

    /// <summary>What different threads write has a cache line (and the one that is fetched with it) of its own.</summary>
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
