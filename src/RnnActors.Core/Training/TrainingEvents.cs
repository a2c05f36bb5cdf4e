namespace RnnActors.Core.Training;

/// <summary>Something that a run tells while it goes on.</summary>
public abstract record TrainingEvent;

/// <summary>An update was made.</summary>
/// <param name="Progress">The run after it.</param>
/// <param name="Loss">The mean loss of its batch, before the update.</param>
/// <param name="GradientNorm">The gradient's L2 norm before clipping.</param>
/// <param name="Tokens">Rows times steps of the batch.</param>
public sealed record StepDone(TrainingProgress Progress, double Loss, double GradientNorm, float LearningRate, int Tokens) : TrainingEvent
{
    /// <summary>When, by the clock of its coordinator, which began when that did; zero where no clock was read.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>An epoch was closed.</summary>
/// <param name="Progress">The run after it.</param>
/// <param name="TrainingLoss">The mean over the epoch's batches.</param>
/// <param name="ValidationLoss">Null where there are no validation rows.</param>
/// <param name="ValidationAccuracy">The share of right labels; null where steps have none of their own (values, CTC), and without validation rows.</param>
public sealed record EpochDone(TrainingProgress Progress, double TrainingLoss, double? ValidationLoss, double? ValidationAccuracy, bool IsBest) : TrainingEvent;

/// <summary>The parameters after a step, as <see cref="TrainingSpec.HashEverySteps"/> asks.</summary>
/// <param name="ParameterHash">What users compare.</param>
public sealed record ParametersHashed(long Step, string ParameterHash) : TrainingEvent;

/// <summary>A checkpoint lies safely on disk.</summary>
/// <param name="ParameterHash">What users compare.</param>
public sealed record CheckpointSaved(long Step, string Path, string ParameterHash) : TrainingEvent;

/// <summary>A checkpoint could not be written; training goes on and the one before stands.</summary>
public sealed record CheckpointNotSaved(long Step, string Reason) : TrainingEvent;
