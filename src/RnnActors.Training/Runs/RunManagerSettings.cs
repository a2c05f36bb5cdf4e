using System.Net;
using RnnActors.Training.Membership;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Runs;

/// <summary>The settings of a cluster's coordinator.</summary>
/// <param name="Name">The name of its process: host and port.</param>
/// <param name="PublicHost">Where others reach its channel.</param>
/// <param name="Credentials">Null for plain text.</param>
/// <param name="IsShared">Whether all candidates share one directory, so that nothing is replicated.</param>
/// <param name="Refused">Called for each connection that the channel's port turned away, on any thread.</param>
/// <param name="Report">Called with news for people, as sentences without full stops.</param>
internal sealed record RunManagerSettings(
    string Name,
    string Version,
    NodeDirectory Directory,
    RunFiles Files,
    IPEndPoint ChannelEndPoint,
    string PublicHost,
    TlsCredentials? Credentials,
    ChannelSettings Channel,
    bool IsShared,
    Action<RefusedConnection> Refused,
    Action<string> Report)
{
    /// <summary>Told of what the coordinator waits for.</summary>
    public NodeReadiness Readiness { get; init; } = new();
}
