using RnnActors.Core.Problems;

namespace RnnActors.Runs.Hosting;

/// <summary>How a run is trained beside a host's other work. No option changes a bit of the result.</summary>
public sealed class BackgroundTrainingOptions
{
    /// <summary>Number of computing threads. The default is half the processors, at least one, since caches and memory bandwidth are shared.</summary>
    public int Threads { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>
    /// Whether these threads give way to others. On Linux they stay on the last processors with the greatest niceness, or have the scheduler's idle policy if
    /// they are as many as the processors. Elsewhere they have .NET's lowest priority. On a machine that is always busy such a training hardly advances.
    /// </summary>
    public bool HasLowPriority { get; set; } = true;

    /// <summary>Ends the run after this many steps, counted from its first; null for the specification's limit.</summary>
    public long? MaxSteps { get; set; }

    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    internal void Check()
    {
        if (Threads < 1) throw new InvalidInputException($"a training is to have {Threads} threads", "Give at least 1");
        if (MaxSteps < 1) throw new InvalidInputException($"a training is to end after {MaxSteps} steps", "Give at least 1, or leave it out");
    }
}
