using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>What a node needs to take part in a cluster.</summary>
/// <param name="Node">As it describes itself; its highest epoch is read from the directory.</param>
/// <param name="Coordinator">The path of what passes messages on to the cluster's coordinator, wherever it is.</param>
/// <param name="Credentials">Null for plain text.</param>
/// <param name="Report">Told what people should know, as sentences without their full stops.</param>
internal sealed record RemoteCoordinatorSettings(
    NodeDescription Node, NodeDirectory Directory, RunFiles Files, string Coordinator, TlsCredentials? Credentials, ChannelSettings Channel, Action<string> Report);
