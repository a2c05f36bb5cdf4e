using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>Shards for one worker.</summary>
/// <param name="Attempt">0 for the first worker that gets the shards in this step, and one more each time that they are given out again.</param>
[MessagePackObject]
public sealed record WireOrder([property: Key(0)] int Worker, [property: Key(1)] int FirstShard, [property: Key(2)] int Shards, [property: Key(3)] int Attempt);

/// <summary>
/// Compute shards with the parameters of <paramref name="Step"/>, which come by the channel; so do the initial states of the rows, if
/// <paramref name="CarriesState"/>. Each order is answered with <see cref="RemoteShardsComputed"/> or <see cref="RemoteShardsLost"/>.
/// </summary>
/// <param name="BatchRows">The dataset's row numbers of the whole batch: little-endian 32-bit numbers.</param>
/// <param name="Parts">How many parts of the step's parameters, counted from the first, must have arrived before it begins; at least 1.</param>
/// <param name="IsAudited">Whether the answers need hashes, since the step is audited.</param>
/// <param name="IsAudit">Whether only the hash is wanted; then the answer is <see cref="RemoteShardsAudited"/>.</param>
/// <param name="TraceParent">The W3C trace context of the step, for traces alone; null where the coordinator traces nothing.</param>
[MessagePackObject]
public sealed record ComputeRemoteShards(
    [property: Key(0)] long Epoch,
    [property: Key(1)] string RunId,
    [property: Key(2)] long Step,
    [property: Key(3)] byte[] BatchRows,
    [property: Key(4)] bool CarriesState,
    [property: Key(5)] WireOrder[] Orders,
    [property: Key(6)] int Parts,
    [property: Key(7)] bool IsAudited = false,
    [property: Key(8)] bool IsAudit = false,
    [property: Key(9)] string? TraceParent = null) : IStepMessage;

/// <summary>A node's result for a tree node: a hash of the gradient's bits, the losses and the final states.</summary>
[MessagePackObject]
public sealed record WireAuditedSum([property: Key(0)] int FirstShard, [property: Key(1)] int Shards, [property: Key(2)] ulong Hash);

/// <summary>A tree node was computed again for an audit.</summary>
[MessagePackObject]
public sealed record RemoteShardsAudited(
    [property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] long Step, [property: Key(3)] WireOrder Order,
    [property: Key(4)] WireAuditedSum Sum) : IStepMessage;

/// <summary>A sum of losses.</summary>
[MessagePackObject]
public sealed record WireLoss([property: Key(0)] double Sum, [property: Key(1)] long Count, [property: Key(2)] long Correct,
    [property: Key(3)] double? Weight = null);

/// <summary>The loss of a node of the reduction tree.</summary>
[MessagePackObject]
public sealed record WireTreeNodeLoss(
    [property: Key(0)] int FirstShard, [property: Key(1)] int Shards, [property: Key(2)] WireLoss Loss, [property: Key(3)] int? NotFinite);

/// <summary>An order was carried out. Its gradients, and its final states if they are carried, come by the channel.</summary>
/// <param name="Seconds">Seconds of computing.</param>
/// <param name="Audited">In an audited step, the hashes of the tree nodes that make up the shards; null in others.</param>
[MessagePackObject]
public sealed record RemoteShardsComputed(
    [property: Key(0)] long Epoch,
    [property: Key(1)] string RunId,
    [property: Key(2)] long Step,
    [property: Key(3)] WireOrder Order,
    [property: Key(4)] WireTreeNodeLoss[] Losses,
    [property: Key(5)] double Seconds,
    [property: Key(6)] bool CarriesState,
    [property: Key(7)] WireAuditedSum[]? Audited = null) : IStepMessage;

/// <summary>
/// Measure the validation loss of shards with the parameters of <paramref name="Step"/>. Answered with <see cref="RemoteShardsEvaluated"/> or
/// <see cref="RemoteShardsLost"/>.
/// </summary>
/// <param name="Parts">How many parts of the step's parameters, counted from the first, must have arrived before it begins; at least 1.</param>
/// <param name="TraceParent">The W3C trace context of the validation, for traces alone; null where the coordinator traces nothing.</param>
[MessagePackObject]
public sealed record EvaluateRemoteShards(
    [property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] long Step, [property: Key(3)] WireOrder[] Orders,
    [property: Key(4)] int Parts, [property: Key(5)] string? TraceParent = null) : IStepMessage;

/// <summary>The validation loss of each shard of an order, in their order.</summary>
[MessagePackObject]
public sealed record RemoteShardsEvaluated(
    [property: Key(0)] long Epoch,
    [property: Key(1)] string RunId,
    [property: Key(2)] long Step,
    [property: Key(3)] WireOrder Order,
    [property: Key(4)] WireLoss[] Losses,
    [property: Key(5)] double Seconds) : IStepMessage;

/// <summary>A worker failed at an order; it was restarted and is ready for work.</summary>
/// <param name="IsOutOfMemory">Whether it had too little memory, so that the same would fail again.</param>
[MessagePackObject]
public sealed record RemoteShardsLost(
    [property: Key(0)] long Epoch, [property: Key(1)] string RunId, [property: Key(2)] long Step, [property: Key(3)] WireOrder Order,
    [property: Key(4)] string Reason, [property: Key(5)] bool IsOutOfMemory = false) : IStepMessage;
