using System.Diagnostics;
using RnnActors.Core.Training;

namespace RnnActors.Training.Coordinator;

/// <summary>The settings of a run's coordinator.</summary>
/// <param name="Segments">The maximum number of aggregators.</param>
/// <param name="Checkpoints">Where checkpoints go; null for none.</param>
/// <param name="Observe">Called with every event, in order, by one thread at a time; it must be quick.</param>
/// <param name="InParts">Whether workers send gradients layer by layer. This pays where some of them travel by a network.</param>
/// <param name="Audit">The share of steps that are audited; null for <see cref="TrainingRun.DefaultAudit"/> where there are three nodes.</param>
public sealed record CoordinatorSettings(
    TrainingJob Job, int Segments, ICheckpointSink? Checkpoints, Action<TrainingEvent> Observe, bool InParts = false, double? Audit = 0)
{
    /// <summary>The run's id in the cluster, for traces; null for a run in one process.</summary>
    internal string? RunId { get; init; }

    /// <summary>The coordinator's node, for traces; null for a run in one process.</summary>
    internal string? NodeName { get; init; }

    /// <summary>Whether other runs may train beside it. Its metrics then carry its name.</summary>
    internal bool IsAmongOthers { get; init; }

    /// <summary>How many steps earlier coordinators should have audited and did not.</summary>
    internal long Unaudited { get; init; }

    /// <summary>The activity that the run is a part of; none in a cluster.</summary>
    internal ActivityContext Caller { get; init; }

    /// <summary>The run's activity if it has begun already; it ends with the run. Null for a new one.</summary>
    internal Activity? Begun { get; init; }
}

/// <summary>How a run ended.</summary>
/// <param name="State">The state after the last step.</param>
/// <param name="IsComplete">Whether the run trained to its end; false if it was stopped.</param>
/// <param name="ShutOut">Nodes that computed wrongly: the run must begin again from the state without them. Null for none.</param>
public sealed record TrainingOutcome(TrainingState State, bool IsComplete, IReadOnlyList<ShutOutNode>? ShutOut = null)
{
    /// <summary>Why a cluster's run is not complete, as a sentence without its full stop; null if no reason was given.</summary>
    public string? Reason { get; init; }
}

/// <summary>A node that computes wrongly, and how that was found.</summary>
/// <param name="Name">Null for the workers of a run in one process.</param>
/// <param name="Process">The id of its process; another process may have the name by now. Null if it is not known.</param>
public sealed record ShutOutNode(string? Name, string Reason, string? Process = null);

/// <summary>A run failed for another reason than a loss or gradient that is not finite.</summary>
public sealed class TrainingFailedException(string message) : Exception(message)
{
    /// <summary>Whether no node had enough memory.</summary>
    public bool IsOutOfMemory { get; init; }
}
