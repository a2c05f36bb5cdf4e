using RnnActors.Core.Training;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Sessions;

/// <summary>How the training of a run ended in this process.</summary>
/// <param name="IsComplete">False where it was asked to stop before its end.</param>
/// <param name="Checkpoint">Path of the last checkpoint; null where none was written.</param>
/// <param name="Steps">Steps that this process has computed or observed.</param>
/// <param name="Losses">The losses of the whole run.</param>
public sealed record SessionOutcome(
    TrainingState State, bool IsComplete, string? Checkpoint, long Steps, TimeSpan Elapsed, double TokensPerSecond, LossHistory Losses)
{
    /// <summary>Whether nothing was left to train.</summary>
    public bool WasFinished { get; init; }

    /// <summary>The run's story; null where none was recorded.</summary>
    public RunStory? Story { get; init; }

    /// <summary>Who or what stopped a cluster's run, where the cluster says so.</summary>
    public string? Reason { get; init; }
}
