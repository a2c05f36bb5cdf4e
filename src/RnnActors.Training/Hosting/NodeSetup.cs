using Microsoft.Extensions.Logging;
using RnnActors.Training.Events;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>What all lives of a node share.</summary>
/// <param name="KnownNodes">The other nodes that this one knows.</param>
/// <param name="Credentials">Null for plain text.</param>
internal sealed record NodeSetup(
    NodeOptions Options, NodeActors Actors, KnownNodes KnownNodes, TlsCredentials? Credentials, ILoggerFactory Loggers, TimeProvider Time,
        Action<NodeEvent> Report)
{
    /// <summary>The id of the process, the same in all lives of the node.</summary>
    public string ProcessId { get; init; } = Guid.NewGuid().ToString("N");
}
