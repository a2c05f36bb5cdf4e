using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>A node's description of itself.</summary>
/// <param name="NodeId">Created when the actor system starts: a restarted node has another.</param>
/// <param name="Name">Its name for people: host and port.</param>
/// <param name="IsCandidate">Whether it may become the coordinator, so that checkpoints and data are replicated to it.</param>
/// <param name="Workers">Computing threads; 0 for none.</param>
/// <param name="VectorBits">Vector width: 512, 256, 128 or 32. It changes the speed and no bit.</param>
/// <param name="Version">The version of RnnActors, for people: <see cref="Versions"/> decides who trains together.</param>
/// <param name="HighestEpoch">The highest coordinator epoch that it knows.</param>
/// <param name="Protocol">Its <see cref="Versions.Protocol"/>; 0 for builds from before there was one.</param>
/// <param name="Arithmetic">Its <see cref="Versions.Arithmetic"/>.</param>
/// <param name="ProcessId">Created when the node's process starts: the same in all its lives; null from older builds.</param>
/// <param name="Proof">What its kernels and cells compute, as <c>ArithmeticProof</c> writes it; null from older builds.</param>
/// <param name="Build">The identity of its build.</param>
/// <param name="IsDrained">Whether it is drained; it then has no workers.</param>
/// <param name="SharesRuns">Whether it takes part in several runs at once; false from older builds.</param>
[MessagePackObject]
public sealed record NodeDescription(
    [property: Key(0)] string NodeId,
    [property: Key(1)] string Name,
    [property: Key(2)] bool IsCandidate,
    [property: Key(3)] int Workers,
    [property: Key(4)] long MemoryBytes,
    [property: Key(5)] int VectorBits,
    [property: Key(6)] string Version,
    [property: Key(7)] long HighestEpoch,
    [property: Key(8)] int Protocol = Versions.Protocol,
    [property: Key(9)] int Arithmetic = Versions.Arithmetic,
    [property: Key(10)] string? Proof = null,
    [property: Key(11)] string? Build = null,
    [property: Key(12)] string? ProcessId = null,
    [property: Key(13)] bool IsDrained = false,
    [property: Key(14)] bool SharesRuns = false)
{
    /// <summary>An upper bound for <see cref="Workers"/>.</summary>
    public const int MaxWorkers = 10_000;

    /// <summary>The id of the node's process, which all lives of the node share.</summary>
    [IgnoreMember]
    internal string Process => ProcessId ?? NodeId;
}

/// <summary>A node offers itself to the coordinator. Answered with <see cref="NodeAccepted"/> or <see cref="NodeRefused"/>.</summary>
/// <param name="Acknowledged">The acknowledged states of runs that it knows.</param>
/// <param name="Held">The runs in a candidate's directory.</param>
[MessagePackObject]
public sealed record RegisterNode(
    [property: Key(0)] NodeDescription Node, [property: Key(1)] AcknowledgedRun[]? Acknowledged = null,
        [property: Key(2)] HeldRun[]? Held = null) : IWireMessage;

/// <summary>The node may open its tensor channel.</summary>
/// <param name="Epoch">The coordinator's epoch, higher than any before it (fencing): a node that knows a higher one refuses.</param>
/// <param name="Channel">Where the channel listens; null within one process, where buffers change hands.</param>
/// <param name="Acknowledged">The acknowledged states of all runs.</param>
[MessagePackObject]
public sealed record NodeAccepted(
    [property: Key(0)] long Epoch, [property: Key(1)] ChannelAddress? Channel, [property: Key(2)] RunsAcknowledged? Acknowledged = null) : IWireMessage;

/// <summary>Where a tensor channel is opened, and the one-time token that opens it.</summary>
[MessagePackObject]
public sealed record ChannelAddress([property: Key(0)] string Host, [property: Key(1)] int Port, [property: Key(2)] byte[] Token);

/// <summary>The node is refused, with the reason. It may still become the coordinator, so it is told the acknowledged states.</summary>
/// <param name="Epoch">The coordinator's epoch; 0 where it is not told.</param>
/// <param name="Acknowledged">The acknowledged states of all runs.</param>
[MessagePackObject]
public sealed record NodeRefused(
    [property: Key(0)] string Reason, [property: Key(1)] long Epoch = 0, [property: Key(2)] AcknowledgedRun[]? Acknowledged = null) : IWireMessage;

/// <summary>
/// A heartbeat of a node that believes it is registered. Answered with <see cref="RegisterAgain"/> if it is not, and with <see cref="RunClosed"/> if one of its
/// runs is over.
/// </summary>
/// <param name="RunId">The run that it takes part in; null for none.</param>
/// <param name="Problem">Why it cannot take part, or what it waits for, as a sentence without its full stop; null for nothing.</param>
/// <param name="Others">Other runs that it takes part in; null for none.</param>
[MessagePackObject]
public sealed record NodePresent(
    [property: Key(0)] string NodeId, [property: Key(1)] long Epoch, [property: Key(2)] string? RunId,
        [property: Key(3)] string? Problem = null, [property: Key(4)] string[]? Others = null) : IWireMessage;

/// <summary>The coordinator does not know the node, which registers again.</summary>
[MessagePackObject]
public sealed record RegisterAgain([property: Key(0)] long Epoch) : IWireMessage;

/// <summary>The node is leaving: it finishes what it has and gets no more. Sent again until it is answered with <see cref="NodeReleased"/>.</summary>
[MessagePackObject]
public sealed record NodeLeaving([property: Key(0)] string NodeId) : IWireMessage;

/// <summary>The node is released.</summary>
[MessagePackObject]
public sealed record NodeReleased([property: Key(0)] string NodeId) : IWireMessage;
