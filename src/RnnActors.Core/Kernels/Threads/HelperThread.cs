using System.Diagnostics;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Kernels.Threads;

/// <summary>
/// A thread that executes the work items posted to it. After each it spins for a short while: about as long as choosing a token takes, or a team's caller
/// computes alone. Then it sleeps. It sleeps at once where it occupies its caller's processor, as happens when other programs use the rest.
/// </summary>
internal sealed class HelperThread : IDisposable
{
    private const int SpinMicroseconds = 50;

    /// <summary>Spins between two readings of the clock.</summary>
    private const int SpinsPerClockRead = 16;

    /// <summary>The longest back-off is 2 to the power of this, in products.</summary>
    private const int MaxMisses = 10;

    private static readonly long SpinTicks = Stopwatch.Frequency * SpinMicroseconds / 1_000_000;

    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private IWorkItem? _item;
    private Words _words;
    private bool _ends;
    private int _misses, _rest;

    /// <param name="begin">Runs first on the new thread; null for nothing.</param>
    public HelperThread(Action? begin = null)
    {
        _thread = new Thread(() => Work(begin)) { IsBackground = true, Name = "compute helper" };
        _thread.Start();
    }

    /// <summary>
    /// Posts an item; only one thread may call it. An item replaces an earlier one that has not begun. If the helper falls asleep at this very moment, it may
    /// not be woken: the caller then does the item itself, and the next call wakes the helper. That is cheaper than a full memory barrier in every call.
    /// </summary>
    public void Post(IWorkItem item)
    {
        Volatile.Write(ref _item, item);
        Volatile.Write(ref _words.Caller, Thread.GetCurrentProcessorId());
        Volatile.Write(ref _words.Calls, _words.Calls + 1);
        Wake();
    }

    /// <summary>Whether the helper should get the next product, or is backing off. Only its caller may ask, once per product.</summary>
    public bool IsAvailable()
    {
        if (_rest == 0) return true;
        _rest--;
        return false;
    }

    /// <summary>
    /// Tells whether a product that the helper had begun was of use. One that was late, or ran on the caller's own processor, cost more than it gained; the
    /// helper then backs off, each time twice as long (exponential back-off).
    /// </summary>
    public void Report(bool wasUseful)
    {
        _misses = wasUseful ? 0 : Math.Min(_misses + 1, MaxMisses);
        if (!wasUseful) _rest = 1 << _misses;
    }

    public void Dispose()
    {
        Volatile.Write(ref _ends, true);
        Interlocked.MemoryBarrier(); // either the helper sees _ends before it sleeps, or Wake sees it asleep
        Wake();
        _thread.Join();
        _wake.Dispose();
    }

    private void Work(Action? begin)
    {
        begin?.Invoke();
        for (long seen = 0; ;)
        {
            Await(seen);
            if (Volatile.Read(ref _ends)) break;
            seen = Volatile.Read(ref _words.Calls);
            _item!.Execute();
        }

        ThreadMemory.GiveBack();
    }

    /// <summary>Returns when there are more calls than <paramref name="seen"/>, or the thread is to end.</summary>
    private void Await(long seen)
    {
        long until = Stopwatch.GetTimestamp() + SpinTicks;
        while (!IsWanted(seen))
        {
            for (int i = 0; i < SpinsPerClockRead && !IsWanted(seen); i++) Thread.SpinWait(1);
            if (Stopwatch.GetTimestamp() < until && Thread.GetCurrentProcessorId() != Volatile.Read(ref _words.Caller)) continue;
            Volatile.Write(ref _words.Sleeps, 1);
            Interlocked.MemoryBarrier();
            if (!IsWanted(seen)) _wake.WaitOne();
            Volatile.Write(ref _words.Sleeps, 0);
            until = Stopwatch.GetTimestamp() + SpinTicks;
        }
    }

    private bool IsWanted(long seen) => Volatile.Read(ref _words.Calls) != seen || Volatile.Read(ref _ends);

    private void Wake()
    {
        if (Volatile.Read(ref _words.Sleeps) == 0) return;
        Volatile.Write(ref _words.Sleeps, 0);
        _wake.Set();
    }

    /// <summary>Fields that different threads write often are two cache lines apart (a line and the one prefetched with it), to avoid false sharing.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Words
    {
        [FieldOffset(128)]
        public long Calls;

        [FieldOffset(136)]
        public int Caller;

        [FieldOffset(256)]
        public int Sleeps;
    }
}
