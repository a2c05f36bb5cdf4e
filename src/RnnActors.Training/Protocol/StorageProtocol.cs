using MessagePack;

namespace RnnActors.Training.Protocol;

/// <summary>What a node holds in its directory.</summary>
/// <param name="Files">Files of data.</param>
/// <param name="LimitBytes">The maximum number of bytes that it keeps of files that are not needed.</param>
/// <param name="LastDeleted">When and what was deleted last, as a sentence; null for nothing since the node started.</param>
[MessagePackObject]
public sealed record StorageStatus(
    [property: Key(0)] int Runs, [property: Key(1)] int Files, [property: Key(2)] long Bytes, [property: Key(3)] long LimitBytes,
    [property: Key(4)] string? LastDeleted);

/// <summary>A node's regular report to the coordinator of what it holds.</summary>
/// <param name="Warning">What somebody should see to, as a sentence without its full stop; null for nothing.</param>
[MessagePackObject]
public sealed record StorageHeld(
    [property: Key(0)] string NodeId, [property: Key(1)] StorageStatus Storage, [property: Key(2)] string? Warning) : IWireMessage;

/// <summary>What one node of the cluster holds.</summary>
/// <param name="Node">Its name: host and port.</param>
/// <param name="Warning"><inheritdoc cref="StorageHeld" path="/param[@name='Warning']"/></param>
[MessagePackObject]
public sealed record NodeStorage([property: Key(0)] string Node, [property: Key(1)] StorageStatus Storage, [property: Key(2)] string? Warning);
