using RnnActors.Core.Training;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Sessions;

/// <summary>How the training of a run ended in this process.</summary>
/// <param name="IsComplete">False where it was asked to stop before its end.</param>
/// <param name="Checkpoint">The last one that was written; null where none was.</param>
/// <param name="Steps">Those that this process has done or seen done.</param>
/// <param name="Losses">The whole run's.</param>
public sealed record SessionOutcome(
    TrainingState State, bool IsComplete, string? Checkpoint, long Steps, TimeSpan Elapsed, double TokensPerSecond, LossHistory Losses)
{
    /// <summary>Whether nothing was left to train.</summary>
    public bool WasFinished { get; init; }

    /// <summary>What happened; null where nobody kept it.</summary>
    public RunStory? Story { get; init; }

    /// <summary>Who or what stopped a cluster's run, where the cluster says so.</summary>
    public string? Reason { get; init; }
}
