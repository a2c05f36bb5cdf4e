namespace RnnActors.Core.Training;

/// <summary>What a run does next, as <see cref="TrainingPlan.Next"/> decides.</summary>
public enum TrainingAction
{
    /// <summary>Compute the next batch and update.</summary>
    Step,

    /// <summary>Validate, if there are validation rows, and close the epoch.</summary>
    CloseEpoch,

    /// <summary>End the run: it is finished, or told to stop.</summary>
    End,
}
