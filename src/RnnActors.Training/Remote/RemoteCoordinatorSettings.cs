using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>What a node needs to take part in a cluster.</summary>
/// <param name="Node">The node's description; its highest epoch is read from the directory.</param>
/// <param name="Coordinator">The path of the proxy of the cluster's coordinator.</param>
/// <param name="Credentials">Null for plain text.</param>
/// <param name="Report">Called with news for people, as sentences without full stops.</param>
internal sealed record RemoteCoordinatorSettings(
    NodeDescription Node, NodeDirectory Directory, RunFiles Files, string Coordinator, TlsCredentials? Credentials, ChannelSettings Channel,
        Action<string> Report)
{
    /// <summary>Whether candidates get copies; not if they share a directory.</summary>
    public bool Replicates { get; init; } = true;

    /// <summary>Told of what keeps the node from taking part.</summary>
    public NodeReadiness Readiness { get; init; } = new();

    /// <summary>What the node's parts need of its directory.</summary>
    public StorageUse Use { get; init; } = new();
}
