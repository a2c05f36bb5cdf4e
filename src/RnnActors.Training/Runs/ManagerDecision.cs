using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>A decision of <see cref="RunLedger"/>, which <see cref="RunManager"/> carries out.</summary>
public abstract record ManagerDecision;

/// <summary>Store a run's record.</summary>
public sealed record StoreRun(RunRecord Run) : ManagerDecision;

/// <summary>Remove a run's checkpoints, its log, and the files that no other run needs.</summary>
public sealed record RemoveRun(string RunId, IReadOnlyList<string> Files) : ManagerDecision;

/// <summary>Load the run's data and train it.</summary>
public sealed record BeginRun(JobDescription Job) : ManagerDecision;

/// <summary>End a run that trains, between two steps.</summary>
public sealed record StopCurrent(string RunId) : ManagerDecision;

/// <summary>Tell the run's followers that it is over.</summary>
public sealed record TellEnded(RunEnded Ended) : ManagerDecision;

/// <summary>Tell the run's followers that it is paused: its state is acknowledged, or a slow candidate is no longer waited for.</summary>
public sealed record TellPaused(string RunId, RunPause Pause) : ManagerDecision;

/// <summary>Limit the wait for candidates to copy an interrupted run's state; then call <c>SettlingDue</c>.</summary>
/// <param name="Pause">How many times the run was interrupted.</param>
public sealed record LimitSettling(string RunId, int Pause, TimeSpan After) : ManagerDecision;

/// <summary>Tell the run's followers that it was paused, and goes on.</summary>
public sealed record TellResumed(string RunId) : ManagerDecision;

/// <summary>Continue under a higher epoch: a node knows a coordinator of this epoch or a later one.</summary>
public sealed record RaiseEpoch(long Epoch) : ManagerDecision;

/// <summary>Let a node open its channel.</summary>
public sealed record AcceptNode(NodeDescription Node) : ManagerDecision;

/// <summary>Tell a node that it cannot take part.</summary>
public sealed record RefuseNode(string NodeId, string Reason) : ManagerDecision;

/// <summary>Tell a node that it is excluded from all runs.</summary>
public sealed record TellShutOut(string NodeId, string Reason) : ManagerDecision;

/// <summary>Forget a node: it has registered again, or must.</summary>
public sealed record DropNode(string NodeId, string Reason) : ManagerDecision;

/// <summary>Let a node take part in a run that trains.</summary>
public sealed record AdmitNode(string NodeId, string RunId) : ManagerDecision;

/// <summary>Tell all nodes and followers which states are acknowledged.</summary>
public sealed record Acknowledge(IReadOnlyList<AcknowledgedRun> Runs) : ManagerDecision;

/// <summary>Fetch a candidate's state of a run.</summary>
public sealed record FetchRun(string NodeId, string RunId) : ManagerDecision;

/// <summary>Fetch it again after a wait, with <c>ReturnDue</c>.</summary>
public sealed record FetchAgain(string NodeId, string RunId, TimeSpan After) : ManagerDecision;

/// <summary>Offer a candidate a replica of a run, with its newest checkpoint.</summary>
public sealed record Replicate(string NodeId, RunRecord Run, long Revision) : ManagerDecision;

/// <summary>Offer a candidate again, after a backoff, a replica that it could not store.</summary>
/// <param name="Problem">Why it could not.</param>
public sealed record OfferAgain(string NodeId, string RunId, string Problem, TimeSpan After) : ManagerDecision;
