using RnnActors.Core.Training;

namespace RnnActors.Training.Events;

/// <summary>A worker failed and was started anew; its shards are computed again.</summary>
public sealed record WorkerRestarted(string Worker, string Reason) : TrainingEvent;

/// <summary>A node of the cluster takes part, from the next step on.</summary>
/// <param name="Workers">Its workers.</param>
public sealed record WorkersJoined(string Node, int Workers) : TrainingEvent;

/// <summary>A node left in order: none of its work is lost.</summary>
public sealed record WorkersLeft(string Node, int Workers) : TrainingEvent;

/// <summary>A node was lost; others compute what it had not delivered.</summary>
public sealed record WorkersLost(string Node, int Workers, string Reason) : TrainingEvent;

/// <summary>
/// A node of the cluster cannot take part, for example because its disk has no room for the data. It is asked again from time to time, and the others train
/// without it.
/// </summary>
public sealed record WorkersUnable(string Node, string Reason) : TrainingEvent;

/// <summary>A node computed other bits than two others. It is excluded from all runs, and the step is computed again without it.</summary>
public sealed record NodeShutOut(string Node, string Reason) : TrainingEvent;

/// <summary>
/// A step should have been audited and was not, since no node could be asked. Published when that begins, whenever the count has doubled, and at the end.
/// </summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Count">How many steps of the run should have been audited so far and were not.</param>
public sealed record StepNotAudited(long Step, string Reason, long Count) : TrainingEvent;

/// <summary>A node is a straggler or unreachable: its missing shards are computed by others too, and the first result counts.</summary>
/// <param name="Step">Updates made before the step or validation in which it is late.</param>
/// <param name="Shards">How many shards were given out again.</param>
public sealed record ShardsMoved(long Step, string Node, int Shards, string Reason) : TrainingEvent;

/// <summary>No worker is left: training waits, within its step, for one to join.</summary>
public sealed record TrainingPaused(long Step) : TrainingEvent;

/// <summary>A worker has joined, and training goes on where it was.</summary>
public sealed record TrainingContinued(long Step) : TrainingEvent;

/// <summary>The run was interrupted, between two steps, for one of a higher priority. It goes on later from the same state.</summary>
/// <param name="Step">Updates made.</param>
/// <param name="By">The id of the run that interrupted it.</param>
/// <param name="Name">The name of that run.</param>
public sealed record RunPaused(long Step, string By, string Name, int Priority) : TrainingEvent;

/// <summary>The run that was interrupted goes on from the state that it was paused with.</summary>
/// <param name="Step">Updates made.</param>
public sealed record RunResumed(long Step) : TrainingEvent;
