using System.Net;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Runs;

/// <summary>What the coordinator of a cluster needs.</summary>
/// <param name="Name">What people call its process: host and port.</param>
/// <param name="PublicHost">Where others reach its channel.</param>
/// <param name="Credentials">Null for plain text.</param>
/// <param name="IsShared">Whether all candidates have the same directory, so that nothing is replicated.</param>
/// <param name="Refused">Told of connections that the channels' port has turned away, on any thread.</param>
/// <param name="Report">Told what people should know, as sentences without their full stops.</param>
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
    Action<string> Report);
