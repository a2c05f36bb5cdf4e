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
    /// <summary>When, by the clock of its coordinator, which began when that did; zero where nobody looked at one.</summary>
    public TimeSpan Elapsed { get; init; }
}

/// <summary>An epoch was closed.</summary>
/// <param name="Progress">The run after it.</param>
/// <param name="TrainingLoss">The mean over the epoch's batches.</param>
/// <param name="ValidationLoss">Null where there are no validation rows.</param>
/// <param name="ValidationAccuracy">The share of right labels; null where targets are values or there are no validation rows.</param>
public sealed record EpochDone(TrainingProgress Progress, double TrainingLoss, double? ValidationLoss, double? ValidationAccuracy, bool IsBest) : TrainingEvent;

/// <summary>A checkpoint lies safely on disk.</summary>
/// <param name="ParameterHash">What users compare.</param>
public sealed record CheckpointSaved(long Step, string Path, string ParameterHash) : TrainingEvent;

/// <summary>A checkpoint could not be written; training goes on and the one before stands.</summary>
public sealed record CheckpointNotSaved(long Step, string Reason) : TrainingEvent;

/// <summary>A worker failed and was started anew; its shards are computed again.</summary>
public sealed record WorkerRestarted(string Worker, string Reason) : TrainingEvent;

/// <summary>A node of the cluster takes part, from the next step on.</summary>
/// <param name="Workers">How many it has.</param>
public sealed record WorkersJoined(string Node, int Workers) : TrainingEvent;

/// <summary>A node left as it should: nothing of its work is lost.</summary>
public sealed record WorkersLeft(string Node, int Workers) : TrainingEvent;

/// <summary>A node was lost; what it had not delivered is computed by others.</summary>
public sealed record WorkersLost(string Node, int Workers, string Reason) : TrainingEvent;

/// <summary>A node of the cluster cannot take part, as where its disk has no room for the data. It is asked again from time to time, and the others train without it.</summary>
public sealed record WorkersUnable(string Node, string Reason) : TrainingEvent;

/// <summary>A node is late or unreachable; what it has not delivered is computed by others too, and the first answer counts.</summary>
/// <param name="Step">The step or validation after which it is, in updates made.</param>
/// <param name="Shards">How many shards were given out again.</param>
public sealed record ShardsMoved(long Step, string Node, int Shards, string Reason) : TrainingEvent;

/// <summary>No worker is left: training waits, within its step, for one to come.</summary>
public sealed record TrainingPaused(long Step) : TrainingEvent;

/// <summary>A worker came, and training goes on where it was.</summary>
public sealed record TrainingContinued(long Step) : TrainingEvent;
