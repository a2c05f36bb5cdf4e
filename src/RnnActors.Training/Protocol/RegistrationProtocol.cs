using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>A process of the cluster, as it describes itself.</summary>
/// <param name="NodeId">Made when the process starts: a restarted node is another one.</param>
/// <param name="Name">What people call it: host and port.</param>
/// <param name="IsCandidate">Whether it may become the coordinator, so that checkpoints and data are replicated to it.</param>
/// <param name="Workers">Threads for shard workers; 0 for none.</param>
/// <param name="VectorBits">512, 256, 128 or 32: it changes the speed and no bit.</param>
/// <param name="Version">Of RnnActors: nodes of two versions do not train together.</param>
/// <param name="HighestEpoch">The highest epoch of a coordinator that it has heard of.</param>
[MessagePackObject]
public sealed record NodeDescription(
    [property: Key(0)] string NodeId,
    [property: Key(1)] string Name,
    [property: Key(2)] bool IsCandidate,
    [property: Key(3)] int Workers,
    [property: Key(4)] long MemoryBytes,
    [property: Key(5)] int VectorBits,
    [property: Key(6)] string Version,
    [property: Key(7)] long HighestEpoch)
{
    /// <summary>More than any machine has a use for.</summary>
    public const int MaxWorkers = 10_000;
}

/// <summary>A node offers itself to the coordinator. Answered with <see cref="NodeAccepted"/> or <see cref="NodeRefused"/>.</summary>
[MessagePackObject]
public sealed record RegisterNode([property: Key(0)] NodeDescription Node) : IWireMessage;

/// <summary>The node may open its tensor channel.</summary>
/// <param name="Epoch">Of this coordinator: higher than that of any before it. A node that knows a higher one refuses.</param>
/// <param name="Channel">Where the channel listens; null where coordinator and node are one process, which hand buffers over.</param>
[MessagePackObject]
public sealed record NodeAccepted([property: Key(0)] long Epoch, [property: Key(1)] ChannelAddress? Channel) : IWireMessage;

/// <summary>Where a tensor channel is opened, and the one-time token that opens it.</summary>
[MessagePackObject]
public sealed record ChannelAddress([property: Key(0)] string Host, [property: Key(1)] int Port, [property: Key(2)] byte[] Token);

/// <summary>The node cannot take part, and why.</summary>
[MessagePackObject]
public sealed record NodeRefused([property: Key(0)] string Reason) : IWireMessage;

/// <summary>
/// The node is there and takes itself for registered. Answered with <see cref="RegisterAgain"/> where it is not, and with <see cref="RunClosed"/> where its run is over.
/// </summary>
/// <param name="RunId">The run that it takes part in; null for none.</param>
[MessagePackObject]
public sealed record NodePresent([property: Key(0)] string NodeId, [property: Key(1)] long Epoch, [property: Key(2)] string? RunId) : IWireMessage;

/// <summary>The coordinator knows nothing of the node: it registers anew.</summary>
[MessagePackObject]
public sealed record RegisterAgain([property: Key(0)] long Epoch) : IWireMessage;

/// <summary>The node is going: it finishes what it has and gets nothing more. Answered with <see cref="NodeReleased"/>, and said again until then.</summary>
[MessagePackObject]
public sealed record NodeLeaving([property: Key(0)] string NodeId) : IWireMessage;

/// <summary>Nothing waits for the node any more.</summary>
[MessagePackObject]
public sealed record NodeReleased([property: Key(0)] string NodeId) : IWireMessage;
