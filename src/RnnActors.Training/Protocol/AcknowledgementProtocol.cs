using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>
/// A state of a run that no later coordinator may go back behind. It is on the disk of its coordinator, and of every connected candidate that has room. All
/// nodes and the run's clients remember it, so that a candidate without this state knows that it lacks it.
/// </summary>
/// <param name="Name">The run's name for people.</param>
/// <param name="Generation">How often somebody has accepted the loss of acknowledged states. The highest generation counts.</param>
/// <param name="Step">The step of the checkpoint; 0 before the first one, -1 where nothing is left.</param>
/// <param name="Checkpoint">The hash of its file; null where there is none.</param>
/// <param name="Epoch">The epoch of the coordinator that acknowledged it.</param>
/// <param name="Holder">The name of that coordinator's node.</param>
[MessagePackObject]
public sealed record AcknowledgedRun(
    [property: Key(0)] string RunId,
    [property: Key(1)] string Name,
    [property: Key(2)] long Generation,
    [property: Key(3)] long Step,
    [property: Key(4)] string? Checkpoint,
    [property: Key(5)] long Epoch,
    [property: Key(6)] string Holder)
{
    /// <summary>Whether this supersedes what is known of the run.</summary>
    public bool Supersedes(AcknowledgedRun? known) =>
        known is null || Generation > known.Generation || (Generation == known.Generation && Step > known.Step);
}

/// <summary>From the coordinator to nodes and followers: remember these states. It lists those that have changed, or all.</summary>
/// <param name="Lacking">The runs of which the coordinator itself has an older state, so that it offers no copies of them.</param>
[MessagePackObject]
public sealed record RunsAcknowledged(
    [property: Key(0)] long Epoch, [property: Key(1)] AcknowledgedRun[] Runs, [property: Key(2)] string[] Lacking) : IWireMessage;

/// <summary>A run in a candidate's directory.</summary>
/// <param name="Step">The step of its newest checkpoint; 0 for none.</param>
[MessagePackObject]
public sealed record HeldRun([property: Key(0)] string RunId, [property: Key(1)] long Step);

/// <summary>From the coordinator to a candidate that has a newer state of a run. Sent again until it is answered with <see cref="ReplicaReturned"/>.</summary>
[MessagePackObject]
public sealed record ReturnReplica([property: Key(0)] long Epoch, [property: Key(1)] string RunId) : IWireMessage;

/// <summary>A candidate's state of a run. The coordinator requests the files that it lacks over the channel.</summary>
/// <param name="Run">Null if the candidate has none.</param>
/// <param name="Checkpoints">The newest and the best checkpoint.</param>
[MessagePackObject]
public sealed record ReplicaReturned(
    [property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] RunRecord? Run, [property: Key(3)] ReplicaFile[] Checkpoints)
    : IWireMessage;

/// <summary>
/// Somebody accepts the loss of a run's acknowledged state, since no node that has it will come back. Answered with <see cref="LossAccepted"/> or
/// <see cref="RunRefused"/>.
/// </summary>
[MessagePackObject]
public sealed record AcceptLoss([property: Key(0)] string RunId) : IWireMessage;

/// <summary>The run goes on from this step.</summary>
/// <param name="LostStep">The step of the state that is lost.</param>
[MessagePackObject]
public sealed record LossAccepted([property: Key(0)] string RunId, [property: Key(1)] long Step, [property: Key(2)] long LostStep) : IWireMessage;
