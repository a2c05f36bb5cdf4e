using RnnActors.Core.Problems;

namespace RnnActors.Runs.Hosting;

/// <summary>How a run is trained beside the other work of a host. None of it changes a bit of the result.</summary>
public sealed class BackgroundTrainingOptions
{
    /// <summary>Threads that compute. By default half of the processors' number, at least one, since caches and memory are shared with all else.</summary>
    public int Threads { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>
    /// Whether these threads compute only while no other thread of the machine wants their processors: on Linux by the scheduler's idle policy, elsewhere by
    /// .NET's lowest priority. On a machine that is always busy such a training hardly advances.
    /// </summary>
    public bool HasLowPriority { get; set; } = true;

    /// <summary>Ends the run after so many steps, counted from its first; null for what the specification says.</summary>
    public long? MaxSteps { get; set; }

    /// <exception cref="InvalidInputException">A value is out of its range.</exception>
    internal void Check()
    {
        if (Threads < 1) throw new InvalidInputException($"a training is to have {Threads} threads", "Give at least 1");
        if (MaxSteps < 1) throw new InvalidInputException($"a training is to end after {MaxSteps} steps", "Give at least 1, or leave it out");
    }
}
