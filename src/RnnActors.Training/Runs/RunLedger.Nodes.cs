using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>Nodes that join, are excluded, and are lost.</summary>
public sealed partial class RunLedger
{
    public IReadOnlyList<ManagerDecision> NodeRegistered(NodeDescription node, bool isHere) => Decide(() =>
    {
        string? difference = Versions.Refuse(node, _version) ?? _arithmetic.DifferenceTo(node);
        string? problem = difference
            ?? (node.Workers is < 0 or > NodeDescription.MaxWorkers || node.HighestEpoch is < 0 or > HighestEpoch
                ? $"no node has {node.Workers} workers and has heard of a coordinator of epoch {node.HighestEpoch}"
                : null);
        if (problem is not null)
        {
            if (difference is not null && _refused.Count < MaxRefused) _refused[node.Name] = (node, problem);
            _decisions.Add(new RefuseNode(node.NodeId, problem));
            _joining.Remove(node.Name);
            if (_awaited.Remove(node.Name)) BeginNext();
            return;
        }

        _refused.Remove(node.Name);

        if (node.HighestEpoch > Epoch)
        {
            // A coordinator that leaves begins no new epoch for this node: it would lose the others.
            if (_isLeaving)
            {
                _joining.Remove(node.Name);
                return;
            }

            Epoch = node.HighestEpoch + 1;
            foreach (string other in _nodes.Keys.ToArray()) Drop(other, "the coordinator goes on under a higher epoch");
            _decisions.Add(new RaiseEpoch(Epoch));
        }

        if (_nodes.ContainsKey(node.NodeId)) Drop(node.NodeId, "it has registered anew");
        var registered = new RegisteredNode(node, isHere) { ShutOut = _shutOut.GetValueOrDefault(node.Process) };
        _nodes.Add(node.NodeId, registered);
        _decisions.Add(new AcceptNode(node));
        if (_awaited.Remove(node.Name) || _settling.Count > 0) BeginNext();
        if (registered.ShutOut is { } shutOut) _decisions.Add(new TellShutOut(node.NodeId, shutOut));
    });

    /// <summary>Somebody acted as a node with a client's certificate, and was refused: it is shown among the refused nodes.</summary>
    /// <param name="reason">As a sentence without its full stop.</param>
    public void PeerRefused(string address, string reason)
    {
        if (_refused.Count < MaxRefused) _refused[address] = (new NodeDescription(address, address, false, 0, 0, 0, "", 0), reason);
    }

    /// <summary>The node's channel is open, or it is this process.</summary>
    public IReadOnlyList<ManagerDecision> NodeConnected(string nodeId) => Decide(() =>
    {
        if (!_nodes.TryGetValue(nodeId, out var node)) return;
        node.IsConnected = true;
        _joining.Remove(node.Node.Name);
        if (!_isLeaving && node is { ShutOut: null, Node.Workers: > 0 })
            foreach (var run in _active.Where(run => run.IsTraining)) _decisions.Add(new AdmitNode(nodeId, run.Job.RunId));
        Return();
        Offer();
    });

    /// <summary>
    /// A process computes wrongly: it is told so, and excluded from all runs as long as it lives. A restart by a user admits the node again. The node may have
    /// been lost or restarted before this was found.
    /// </summary>
    public IReadOnlyList<ManagerDecision> NodeShutOut(string process, string reason) => Decide(() =>
    {
        foreach (var node in _nodes.Values.Where(node => node.Node.Process == process))
        {
            node.ShutOut = reason;
            _decisions.Add(new TellShutOut(node.Node.NodeId, reason));
        }

        _shutOut[process] = reason;
        foreach (var run in _active)
        {
            ShutOutProcess[] before = [.. (run.Record.ShutOut ?? []).Where(other => other.Process != process).TakeLast(MaxShutOut - 1)];
            run.Record = run.Record with { ShutOut = [.. before, new(process, reason)] };
            Changed(run);
        }
    });

    /// <summary>Excludes the processes that a run's earlier coordinator has excluded.</summary>
    private void ShutOut(RunRecord record)
    {
        foreach (var one in record.ShutOut ?? []) _shutOut.TryAdd(one.Process, one.Reason);
        foreach (var node in _nodes.Values.Where(node => node.ShutOut is null && _shutOut.ContainsKey(node.Node.Process)))
        {
            node.ShutOut = _shutOut[node.Node.Process];
            _decisions.Add(new TellShutOut(node.Node.NodeId, node.ShutOut));
        }
    }

    public IReadOnlyList<ManagerDecision> NodeLost(string nodeId) => Decide(() =>
    {
        if (!_nodes.Remove(nodeId)) return;
        if (_returning?.NodeId == nodeId) _returning = null;
        foreach (var run in Runs) Acknowledge(run);
        if (_settling.Count > 0) BeginNext();
        Return();
    });

    /// <summary>A node reports why it cannot take part, or what it waits for.</summary>
    /// <param name="problem">Null for nothing.</param>
    /// <returns>Whether it is news for the user.</returns>
    public bool Says(string nodeId, string? problem)
    {
        if (!_nodes.TryGetValue(nodeId, out var node) || node.Problem == problem) return false;
        node.Problem = problem;
        return problem is not null && !node.IsHere; // this process reports its own problem itself
    }

    private void Drop(string nodeId, string reason)
    {
        _nodes.Remove(nodeId);
        if (_returning?.NodeId == nodeId) _returning = null;
        _decisions.Add(new DropNode(nodeId, reason));
    }
}
