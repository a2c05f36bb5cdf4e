using Microsoft.Extensions.Logging;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>What every life of a node begins with.</summary>
/// <param name="Credentials">Null for plain text.</param>
internal sealed record NodeSetup(NodeOptions Options, NodeActors Actors, TlsCredentials? Credentials, ILoggerFactory Loggers, Action<NodeEvent> Report);
