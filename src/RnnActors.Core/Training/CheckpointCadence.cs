namespace RnnActors.Core.Training;

/// <summary>
/// When a run's checkpoints are due: after every so many steps within an epoch, at the end of each epoch, and at the end of the run unless its last step is
/// already saved. The one-thread loop and the actors use the same cadence.
/// </summary>
/// <param name="everySteps">Null for no checkpoints within an epoch.</param>
public sealed class CheckpointCadence(TrainingPlan plan, long? everySteps)
{
    private long _saved = -1;

    /// <summary>Whether one is due after a step. It may be skipped under load: the next one, or that of the epoch's end, replaces it.</summary>
    public bool IsDueAfterStep(TrainingProgress progress) =>
        everySteps is { } every && progress.Step % every == 0 && !plan.IsEpochDone(progress) && !plan.IsFinished(progress);

    /// <summary>Whether one is due at the end of the run, finished or stopped.</summary>
    public bool IsDueAtEnd(TrainingProgress progress) => _saved != progress.Step;

    /// <summary>Records that a checkpoint which may not be skipped was taken of this progress.</summary>
    public void Saved(TrainingProgress progress) => _saved = progress.Step;
}
