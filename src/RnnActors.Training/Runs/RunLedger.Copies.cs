using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>Copies of a run's records and checkpoints, which candidates are offered.</summary>
public sealed partial class RunLedger
{
    /// <summary>Checkpoints of a run are on the disk.</summary>
    /// <param name="checkpoints">The newest and the best.</param>
    public IReadOnlyList<ManagerDecision> CheckpointSaved(string runId, IReadOnlyList<ReplicaFile> checkpoints) => Decide(() =>
    {
        if (Find(runId) is not { } run) return;
        run.Checkpoints = checkpoints;
        run.Revision++;
        Offer();
        Acknowledge(run);
    });

    /// <summary>A candidate answered an offer: it stored the replica, or could not. Either way it is offered the next one.</summary>
    /// <param name="problem">Why it could not store it; null if it did.</param>
    public IReadOnlyList<ManagerDecision> ReplicaAnswered(string nodeId, string runId, long revision, string? problem) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node) || node.Offered != (runId, revision)) return;
        node.Offered = null;
        node.Answered[runId] = revision;
        if (problem is null)
        {
            node.Refused.Remove(runId);
            node.Steps[runId] = node.OfferedStep;
        }
        else
        {
            Postpone(node, runId, problem);
        }

        if (Find(runId) is { } run) Acknowledge(run);
        Offer();
        if (_settling.Count > 0) BeginNext();
    });

    /// <summary>The backoff of an <see cref="OfferAgain"/> is over.</summary>
    public IReadOnlyList<ManagerDecision> OfferDue(string nodeId, string runId) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node) || !node.Refused.TryGetValue(runId, out var copy)) return;
        copy.EndWaiting();
        node.Answered.Remove(runId);
        Offer();
    });

    /// <summary>Starts a backoff; a failure during one does not lengthen it.</summary>
    private void Postpone(RegisteredNode node, string runId, string problem)
    {
        if (!node.Refused.TryGetValue(runId, out var copy)) node.Refused.Add(runId, copy = new ReplicaBackoff());
        if (!copy.IsWaiting) _decisions.Add(new OfferAgain(node.Node.NodeId, runId, problem, copy.Wait()));
    }

    private IEnumerable<RegisteredNode> Candidates() =>
        _replicates ? _nodes.Values.Where(node => node is { IsConnected: true, IsHere: false, Node.IsCandidate: true }) : [];

    /// <summary>Whether a candidate has a newer state, which is fetched first: an older copy would replace its best checkpoint meanwhile.</summary>
    private bool IsToReturn(RegisteredNode node, ManagedRun run) =>
        node.Held.GetValueOrDefault(run.Job.RunId, -1) > StepOf(run) && AheadOf(run.Job.RunId) is not null;

    /// <summary>Offers each candidate one replica at a time, always of the newest state, so that nothing piles up (backpressure).</summary>
    private void Offer()
    {
        foreach (var node in Candidates())
        {
            if (node.Offered is not null) continue;
            var next = _runs.Values
                .Where(run => run.Missing.Count == 0 && node.Answered.GetValueOrDefault(run.Job.RunId, -1) < run.Revision && !IsToReturn(node, run))
                .OrderByDescending(run => run.Record.Pause is not null ? 2 : _active.Contains(run) ? 1 : 0) // a paused run changes only once
                .ThenBy(run => _active.Contains(run) ? node.LastOffers.GetValueOrDefault(run.Job.RunId) : 0) // in turn: each changes all the time
                .FirstOrDefault();
            if (next is null) continue;
            node.Offered = (next.Job.RunId, next.Revision);
            node.LastOffers[next.Job.RunId] = ++node.Offers;
            node.OfferedStep = StepOf(next);
            _decisions.Add(new Replicate(node.Node.NodeId, next.Record, next.Revision));
        }
    }
}
