namespace RnnActors.Core.Training;

/// <summary>Something that a run reports as it goes.</summary>
public abstract record TrainingEvent;

/// <summary>An update was made.</summary>
/// <param name="Progress">The progress after it.</param>
/// <param name="Loss">The mean loss of its batch, before the update.</param>
/// <param name="GradientNorm">The gradient's L2 norm before clipping.</param>
/// <param name="Tokens">Steps of all rows of the batch.</param>
public sealed record StepDone(TrainingProgress Progress, double Loss, double GradientNorm, float LearningRate, int Tokens) : TrainingEvent
{
    /// <summary>Time since the coordinator's clock started; zero where no clock was read.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>An epoch was closed.</summary>
/// <param name="Progress">The progress after it.</param>
/// <param name="TrainingLoss">The mean over the epoch's batches.</param>
/// <param name="ValidationLoss">Null where there are no validation rows.</param>
/// <param name="ValidationAccuracy">The share of correct labels; null where steps have no labels of their own (values, CTC), and without validation
/// rows.</param>
public sealed record EpochDone(TrainingProgress Progress, double TrainingLoss, double? ValidationLoss, double? ValidationAccuracy, bool IsBest) : TrainingEvent;

/// <summary>The hash of the parameters after a step, as <see cref="TrainingSpec.HashEverySteps"/> requests.</summary>
/// <param name="ParameterHash">See <see cref="Checkpoints.ParameterHash"/>.</param>
public sealed record ParametersHashed(long Step, string ParameterHash) : TrainingEvent;

/// <summary>A checkpoint is durably on disk.</summary>
/// <param name="ParameterHash">See <see cref="Checkpoints.ParameterHash"/>.</param>
public sealed record CheckpointSaved(long Step, string Path, string ParameterHash) : TrainingEvent;

/// <summary>A checkpoint could not be written; training goes on, and the previous one is intact.</summary>
public sealed record CheckpointNotSaved(long Step, string Reason) : TrainingEvent;
