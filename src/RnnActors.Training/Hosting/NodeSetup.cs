using Microsoft.Extensions.Logging;
using RnnActors.Training.Events;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>What every life of a node begins with.</summary>
/// <param name="Acquaintances">The other nodes that this one knows of, from life to life.</param>
/// <param name="Credentials">Null for plain text.</param>
internal sealed record NodeSetup(
    NodeOptions Options, NodeActors Actors, Acquaintances Acquaintances, TlsCredentials? Credentials, ILoggerFactory Loggers, TimeProvider Time, Action<NodeEvent> Report);
