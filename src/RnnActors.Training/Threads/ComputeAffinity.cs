using RnnActors.Core.Kernels.Threads;

namespace RnnActors.Training.Threads;

/// <summary>
/// Pins computing threads to processors if there are as many as the process may use. They sleep between steps. A scheduler that wakes two of them on one
/// processor leaves them there while steps are short, at half the speed. Linux only; elsewhere the scheduler decides.
/// </summary>
internal static class ComputeAffinity
{
    /// <summary>Pins the calling thread if there are as many threads as processors. Fewer threads have room to move, and more must share.</summary>
    /// <param name="index">The thread's number, from 0.</param>
    /// <param name="count">How many computing threads there are.</param>
    /// <returns>Whether it was pinned.</returns>
    public static bool Settle(int index, int count) =>
        count >= 2 && count == ProcessorAffinity.Allowed.Length && ProcessorAffinity.TryLimit([ProcessorAffinity.Allowed[index]]);

    /// <summary>
    /// Moves the calling thread to a processor that the run's other workers on this machine do not prefer, without pinning it. This is for several processes
    /// with one worker each, which cannot pin theirs.
    /// </summary>
    /// <param name="worker">The worker's number in the run.</param>
    public static void Prefer(int worker)
    {
        var allowed = ProcessorAffinity.Allowed;
        if (allowed.Length < 2) return;
        int processor = allowed[worker % allowed.Length];
        if (ProcessorAffinity.Processor() != processor && ProcessorAffinity.TryLimit([processor])) ProcessorAffinity.Free();
    }

    /// <summary>
    /// Pins the calling thread until <see cref="ProcessorAffinity.Free"/>. Threads that wake together for a short time might otherwise wait for each other on
    /// one processor.
    /// </summary>
    /// <param name="index">The thread's number, from 0. Processors are assigned from the last to the first.</param>
    /// <returns>Whether it is pinned.</returns>
    public static bool Keep(int index)
    {
        var allowed = ProcessorAffinity.Allowed;
        return allowed.Length >= 2 && ProcessorAffinity.TryLimit([allowed[^((index % allowed.Length) + 1)]]);
    }
}
