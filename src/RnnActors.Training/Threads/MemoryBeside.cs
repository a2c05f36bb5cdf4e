using RnnActors.Core.Training;

namespace RnnActors.Training.Threads;

/// <summary>What the parts of a process in several runs take of its memory at least, so that none counts on what another has. Thread-safe.</summary>
internal sealed class MemoryBeside
{
    private readonly Lock _lock = new();
    private readonly Dictionary<object, long> _taken = [];

    /// <summary>A part takes less than before: there may be room for one that found none. Called by the thread that gave it back; it must be quick.</summary>
    public event Action? Freed;

    /// <summary>Takes what a plan needs at least, in place of what the part had before, if it fits beside the other parts.</summary>
    /// <param name="fitting">The largest plan, from this one on, that would fit; null for none.</param>
    /// <param name="problem">Why it does not fit, as a sentence without its full stop; null where it does, and the part has taken it.</param>
    public bool TryTake(object part, MemoryPlan plan, TrainingJob job, bool isRemote, out MemoryPlan? fitting, out string? problem)
    {
        lock (_lock)
        {
            long beside = Of(part);
            fitting = plan.Fitting(job, ProcessMemory.Limit - beside, isRemote);
            problem = fitting == plan ? null
                : ProcessMemory.TooLittle((fitting is null ? new MemoryPlan(1, InSmallRounds: true) : plan).MinBytes(job, isRemote), beside);
            if (problem is null) _taken[part] = plan.MinBytes(job, isRemote);
            return problem is null;
        }
    }

    /// <summary>The bytes of the other parts.</summary>
    public long Of(object part)
    {
        lock (_lock) return _taken.Where(taken => taken.Key != part).Sum(taken => taken.Value);
    }

    public void Take(object part, long bytes)
    {
        lock (_lock) _taken[part] = bytes;
    }

    public void Return(object part)
    {
        lock (_lock)
            if (!_taken.Remove(part)) return;
        Freed?.Invoke();
    }
}
