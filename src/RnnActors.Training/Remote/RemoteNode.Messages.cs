using Akka.Actor;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>Messages between a coordinator's actors and this node's actor.</summary>
internal sealed partial class RemoteNode
{
    /// <summary>To the manager: the channel is open.</summary>
    public sealed record Connected(string NodeId);

    /// <summary>To the manager: the node is gone.</summary>
    public sealed record Gone(string NodeId, string Reason);

    /// <summary>To the manager: the node requests a file by its channel.</summary>
    public sealed record FileWanted(string NodeId, ContentHash File, TensorChannel Channel);

    /// <summary>To the manager: the node has returned what it holds of a run.</summary>
    public sealed record RunReturned(string NodeId, ReplicaReturned Answer);

    /// <summary>To the manager: a file came from the node, or could not.</summary>
    /// <param name="Problem">Null where it came. Failures to store a file that was sent to the node are reported too.</param>
    public sealed record FileCame(string NodeId, ContentHash File, string? Problem);

    /// <summary>From the manager: ask the node for its copy of a run.</summary>
    public sealed record ReturnRun(string RunId);

    /// <summary>From the manager: fetch these files from the node.</summary>
    public sealed record FetchFiles(IReadOnlyList<ContentHash> Files);

    /// <summary>To the manager: the node has answered an offer.</summary>
    public sealed record ReplicaAnswered(string NodeId, ReplicaStored Answer);

    /// <summary>From the manager: offer the node's workers to the coordinator of a run.</summary>
    public sealed record TakePart(IActorRef Coordinator, JobDescription Job);

    /// <summary>From the manager: the run is over, or begins anew.</summary>
    public sealed record LeaveRun(string RunId);

    /// <summary>From the manager: the node was found to compute wrongly, and is excluded from all runs.</summary>
    public sealed record ShutOut(string Reason);

    /// <summary>From the manager: the node is no longer registered.</summary>
    public sealed record Lose(string Reason);

    /// <summary>From the manager: the node is suspected, with a reason, or trusted again.</summary>
    public sealed record Suspect(string? Reason);
}
