using RnnActors.Core.Training;

namespace RnnActors.Training.Threads;

/// <summary>The lower bounds of memory of what runs hold in a process, so that no two count on the same bytes. Thread-safe.</summary>
internal sealed class MemoryBeside
{
    private readonly Lock _lock = new();
    private readonly Dictionary<object, long> _taken = [];

    /// <summary>A part has returned memory, so one that was refused may fit now. Raised on the thread that returned it; handlers must be quick.</summary>
    public event Action? Freed;

    /// <summary>Reserves the lower bound of a plan, in place of the part's earlier one, if it fits beside the other parts.</summary>
    /// <param name="fitting">The largest plan, from this one on, that would fit; null for none.</param>
    /// <param name="problem">Why it does not fit, as a sentence without its full stop; null if it does.</param>
    public bool TryTake(object part, MemoryPlan plan, TrainingJob job, bool isRemote, out MemoryPlan? fitting, out string? problem)
    {
        lock (_lock)
        {
            long beside = Of(part);
            fitting = plan.Fitting(job, ProcessMemory.Limit - beside, isRemote);
            problem = fitting == plan ? null
                : ProcessMemory.TooLittle((fitting is null ? new MemoryPlan(1, InSmallRounds: true) : plan).MinBytes(job, isRemote), beside);
            if (problem is null) Take(part, plan.MinBytes(job, isRemote));
            return problem is null;
        }
    }

    /// <summary>The bytes of all other parts.</summary>
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
