using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace RnnActors.Core.Kernels.Threads;

/// <summary>
/// A thread and its helpers, which compute large kernels together. Each computes other elements of the result, so the team's size changes no bit. The calling
/// thread itself does what a helper has not begun when its own part is done. Kernels find the thread's team by themselves. One thread at a time may use it.
/// </summary>
public sealed unsafe class ThreadTeam : IDisposable
{
    /// <summary>Multiply-adds per thread, or elements of a cell, from which on a handover pays.</summary>
    internal const long MinProduct = 512 * 1024, MinElements = 4 * 1024;

    /// <summary>The most threads of a team.</summary>
    internal const int MaxThreads = 64;

    [ThreadStatic]
    private static ThreadTeam? _ofThread;

    private readonly HelperThread[] _helpers;
    private readonly TeamPart[] _parts;

    /// <param name="threads">Number of threads, the calling one included.</param>
    /// <param name="begin">Runs first on each helper's thread, with the helper's number from 1; null for nothing.</param>
    public ThreadTeam(int threads, Action<int>? begin = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxThreads);
        _helpers = [.. Enumerable.Range(1, threads - 1).Select(number => new HelperThread(begin is null ? null : () => begin(number)))];
        _parts = [.. _helpers.Select((helper, i) => new TeamPart(helper, i + 1, threads))];
    }

    /// <summary>Number of threads, the calling one included.</summary>
    public int Threads => _parts.Length + 1;

    /// <summary>Threads of the calling thread's team, itself included; 1 without a team.</summary>
    internal static int ThreadsHere => _ofThread?.Threads ?? 1;

    /// <summary>Makes this the calling thread's team until the result is disposed.</summary>
    public Use Enter() => new(this);

    /// <summary>Ends the helpers' threads.</summary>
    public void Dispose()
    {
        foreach (var helper in _helpers) helper.Dispose();
    }

    /// <summary>Whether the calling thread has a team, and the kernel is large enough for it.</summary>
    /// <param name="size">The kernel's size.</param>
    /// <param name="min">Size per thread from which on a handover pays.</param>
    internal static bool IsWorth(long size, long min) => _ofThread is { } team && size >= min * team.Threads;

    /// <summary>Runs work with the calling thread's team if it is large enough, else as one part.</summary>
    /// <param name="size">The work's size.</param>
    /// <param name="min">Size per thread from which on a handover pays.</param>
    internal static void Run<TWork>(ref TWork work, long size, long min)
        where TWork : struct, ITeamWork, allows ref struct
    {
        if (IsWorth(size, min)) Run(ref work);
        else work.Compute(0, 1);
    }

    /// <summary>Runs work with the calling thread's team, or as one part where it has none.</summary>
    internal static void Run<TWork>(ref TWork work)
        where TWork : struct, ITeamWork, allows ref struct
    {
        var team = _ofThread;
        if (team is null)
        {
            work.Compute(0, 1);
            return;
        }

        // The work lies on this thread's stack, which is valid until all parts are done. Nested kernels run on their part's thread alone.
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

    /// <summary>A part's range of consecutive elements, in whole units except at the end.</summary>
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

        // Even after an exception, wait for every helper: none may go on working on this thread's stack.
        foreach (var part in _parts) error = part.Finish() ?? error;
        if (error is not null) ExceptionDispatchInfo.Throw(error);
    }

    /// <summary>The scope in which a thread has a team.</summary>
    public readonly struct Use : IDisposable
    {
        private readonly ThreadTeam? _before;

        internal Use(ThreadTeam team) => (_before, _ofThread) = (_ofThread, team);

        public void Dispose() => _ofThread = _before;
    }
}
