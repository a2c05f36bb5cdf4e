using System.Diagnostics;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Kernels.Threads;

/// <summary>
/// One thread that computes what it is called for. It looks out for the next call for as long as a token may take to be chosen and shown, or a team's thread
/// may compute by itself. Then it sleeps; at once if it has the processor that its caller needs, as where other programs have the rest.
/// </summary>
internal sealed class HelperThread : IDisposable
{
    private const int LookoutMicroseconds = 50;

    /// <summary>Looks between two at the clock.</summary>
    private const int Looks = 16;

    /// <summary>The longest rest is 2 to the power of this, in products.</summary>
    private const int MaxMisses = 10;

    private static readonly long Lookout = Stopwatch.Frequency * LookoutMicroseconds / 1_000_000;

    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private IWorkItem? _item;
    private Words _words;
    private bool _ends;
    private int _misses, _rest;

    /// <param name="begin">What its thread does first; null for nothing.</param>
    public HelperThread(Action? begin = null)
    {
        _thread = new Thread(() => Work(begin)) { IsBackground = true, Name = "compute helper" };
        _thread.Start();
    }

    /// <summary>
    /// Called by one thread alone. A call takes the place of one before that is not begun. A call that comes in the moment in which the helper goes to sleep
    /// may not wake it. Then the caller does itself what is not begun, and the next call wakes it; a barrier would wait for all that was written.
    /// </summary>
    public void Post(IWorkItem item)
    {
        Volatile.Write(ref _item, item);
        Volatile.Write(ref _words.Caller, Thread.GetCurrentProcessorId());
        Volatile.Write(ref _words.Calls, _words.Calls + 1);
        Wake();
    }

    /// <summary>Whether it is to be called for the next product. Asked by its caller alone.</summary>
    public bool IsAvailable()
    {
        if (_rest == 0) return true;
        _rest--;
        return false;
    }

    /// <summary>
    /// Its caller says whether a product that it had begun was of use. One that was late, or computed on the caller's own processor, cost more than it gave, so
    /// the helper rests, and for twice as long the next time.
    /// </summary>
    public void Report(bool wasUseful)
    {
        _misses = wasUseful ? 0 : Math.Min(_misses + 1, MaxMisses);
        if (!wasUseful) _rest = 1 << _misses;
    }

    public void Dispose()
    {
        Volatile.Write(ref _ends, true);
        Interlocked.MemoryBarrier(); // either it sees this before it sleeps, or it is seen to sleep
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

    /// <summary>Returns when there are more calls than <paramref name="seen"/>, or no more will come.</summary>
    private void Await(long seen)
    {
        long until = Stopwatch.GetTimestamp() + Lookout;
        while (!IsWanted(seen))
        {
            for (int i = 0; i < Looks && !IsWanted(seen); i++) Thread.SpinWait(1);
            if (Stopwatch.GetTimestamp() < until && Thread.GetCurrentProcessorId() != Volatile.Read(ref _words.Caller)) continue;
            Volatile.Write(ref _words.Sleeps, 1);
            Interlocked.MemoryBarrier();
            if (!IsWanted(seen)) _wake.WaitOne();
            Volatile.Write(ref _words.Sleeps, 0);
            until = Stopwatch.GetTimestamp() + Lookout;
        }
    }

    private bool IsWanted(long seen) => Volatile.Read(ref _words.Calls) != seen || Volatile.Read(ref _ends);

    private void Wake()
    {
        if (Volatile.Read(ref _words.Sleeps) == 0) return;
        Volatile.Write(ref _words.Sleeps, 0);
        _wake.Set();
    }

    /// <summary>What the threads write often has a cache line (and the one that is fetched with it) of its own.</summary>
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
