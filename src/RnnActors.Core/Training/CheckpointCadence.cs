namespace RnnActors.Core.Training;

/// <summary>
/// When a run's checkpoints are due: every so many steps within an epoch, and at the end of each epoch. Also at the end of the run, where the last one is of an
/// earlier step. The one-thread loop and the actors ask the same cadence.
/// </summary>
/// <param name="everySteps">Null for none within an epoch.</param>
public sealed class CheckpointCadence(TrainingPlan plan, long? everySteps)
{
    private long _saved = -1;

    /// <summary>Whether one is due after a step. It may be left out: the next one, or that of the epoch's end, replaces it.</summary>
    public bool IsDueAfterStep(TrainingProgress progress) =>
        everySteps is { } every && progress.Step % every == 0 && !plan.IsEpochDone(progress) && !plan.IsFinished(progress);

    /// <summary>Whether one is due where the run ends, finished or stopped.</summary>
    public bool IsDueAtEnd(TrainingProgress progress) => _saved != progress.Step;

    /// <summary>A checkpoint that cannot be left out was taken of this progress.</summary>
    public void Saved(TrainingProgress progress) => _saved = progress.Step;
}
