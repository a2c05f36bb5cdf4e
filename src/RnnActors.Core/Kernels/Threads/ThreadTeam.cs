using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace RnnActors.Core.Kernels.Threads;

/// <summary>
/// A thread and its helpers, which compute large kernels together: each computes other elements of the result, so no team changes a bit. The thread that is
/// helped asks and waits, and does itself what a helper has not begun when its own part is done;
/// the kernels find its team by themselves. One thread at a time may use it.
/// </summary>
public sealed unsafe class ThreadTeam : IDisposable
{
    /// <summary>Multiply-adds, or elements of a cell in as much time, that are worth a handover to each thread.</summary>
    internal const long MinProduct = 512 * 1024, MinElements = 4 * 1024;

    /// <summary>The most threads of a team.</summary>
    internal const int MaxThreads = 64;

    [ThreadStatic]
    private static ThreadTeam? _ofThread;

    private readonly HelperThread[] _helpers;
    private readonly TeamPart[] _parts;

    /// <param name="threads">Those that work together, the one that is helped among them.</param>
    /// <param name="begin">What each helper's thread does first, by its number from 1 on; null for nothing.</param>
    public ThreadTeam(int threads, Action<int>? begin = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        _helpers = [.. Enumerable.Range(1, threads - 1).Select(number => new HelperThread(begin is null ? null : () => begin(number)))];
        _parts = [.. _helpers.Select((helper, i) => new TeamPart(helper, i + 1, threads))];
    }

    /// <summary>Threads that work together, the one that is helped among them.</summary>
    public int Threads => _parts.Length + 1;

    /// <summary>Threads that the calling one computes with, itself included.</summary>
    internal static int ThreadsHere => _ofThread?.Threads ?? 1;

    /// <summary>Makes it the calling thread's team, until what is returned is disposed of.</summary>
    public Use Enter() => new(this);

    /// <summary>Ends the helpers' threads.</summary>
    public void Dispose()
    {
        foreach (var helper in _helpers) helper.Dispose();
    }

    /// <summary>Whether the calling thread has a team for which a kernel is large enough.</summary>
    /// <param name="size">Of the kernel.</param>
    /// <param name="min">The size that is worth a handover to each thread.</param>
    internal static bool IsWorth(long size, long min) => _ofThread is { } team && size >= min * team.Threads;

    /// <summary>Computes all parts of a work that is large enough for the calling thread's team; else it is one part.</summary>
    /// <param name="size">Of the work.</param>
    /// <param name="min">The size that is worth a handover to each thread.</param>
    internal static void Run<TWork>(ref TWork work, long size, long min)
        where TWork : struct, ITeamWork, allows ref struct
    {
        if (IsWorth(size, min)) Run(ref work);
        else work.Compute(0, 1);
    }

    /// <summary>Computes all parts: those of one thread alone where it has no team.</summary>
    internal static void Run<TWork>(ref TWork work)
        where TWork : struct, ITeamWork, allows ref struct
    {
        var team = _ofThread;
        if (team is null)
        {
            work.Compute(0, 1);
            return;
        }

        // The work is on this thread's stack, which stays until all are done. What its parts call is computed by their threads alone.
        _ofThread = null;
        try
        {
            team.Share(Unsafe.AsPointer(ref work), &Compute<TWork>);
        }
        finally
        {
            _ofThread = team;
        }
    }

    /// <summary>A part of neighbouring elements, in whole units but at the end.</summary>
    internal static (int First, int Count) PartOf(int count, int unit, int part, int parts)
    {
        int units = (count + unit - 1) / unit, first = (int)((long)units * part / parts) * unit;
        return (first, Math.Min(count, (int)((long)units * (part + 1) / parts) * unit) - first);
    }

    private static void Compute<TWork>(void* work, int part, int parts)
        where TWork : struct, ITeamWork, allows ref struct => Unsafe.AsRef<TWork>(work).Compute(part, parts);

    private void Share(void* work, delegate*<void*, int, int, void> compute)
    {
        foreach (var part in _parts) part.Ask(work, compute);
        Exception? error = null;
        try
        {
            compute(work, 0, Threads);
        }
        catch (Exception mine)
        {
            error = mine;
        }

        // Whatever goes wrong, nobody may be left who works on this thread's stack.
        foreach (var part in _parts) error = part.Finish() ?? error;
        if (error is not null) ExceptionDispatchInfo.Throw(error);
    }

    /// <summary>The time in which a team is a thread's.</summary>
    public readonly struct Use : IDisposable
    {
        private readonly ThreadTeam? _before;

        internal Use(ThreadTeam team) => (_before, _ofThread) = (_ofThread, team);

        public void Dispose() => _ofThread = _before;
    }
}
