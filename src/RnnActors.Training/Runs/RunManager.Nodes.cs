using Akka.Actor;
using Akka.Cluster;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Files;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Transfer;
using RnnActors.Training.Worker;

namespace RnnActors.Training.Runs;

/// <summary>Nodes: they register, connect, are suspected and leave.</summary>
internal sealed partial class RunManager
{
    private readonly HashSet<(string Node, string Reason)> _refusals = [];

    private void ReceiveFromNodes()
    {
        Receive<RegisterNode>(register =>
        {
            // A candidate may take over, and needs copies.
            if ((_isHandingOver && !register.Node.IsCandidate) || IsRepeated(register.Node.NodeId)) return;
            _peers[register.Node.NodeId] = new Peer(Sender, Environment.TickCount64);
            Do(_ledger.Heard(register.Acknowledged));
            Do(_ledger.NodeRegistered(register.Node, isHere: Sender.Path.Address.HasLocalScope));
            Do(_ledger.Holds(register.Node.NodeId, register.Held));
            EndHandingOverWhenReplicated();
        });
        Receive<NodePresent>(present =>
        {
            if (_ledger.Says(present.NodeId, present.Problem))
                _settings.Report($"{_ledger.Nodes.First(node => node.Node.NodeId == present.NodeId).Node.Name}: {present.Problem}");
            if (present.Epoch != _epoch || !_ledger.Nodes.Any(node => node.IsConnected && node.Node.NodeId == present.NodeId))
                Sender.Tell(new RegisterAgain(_epoch));
            else _remotes.GetValueOrDefault(present.NodeId)?.Tell(present);
        });
        Receive<StorageHeld>(held => _storage[held.NodeId] = held);
        Receive<ClientRefused>(refused => _ledger.PeerRefused(refused.Address, refused.Reason));
        Receive<RemoteNode.Connected>(connected =>
        {
            Do(_ledger.NodeConnected(connected.NodeId));
            EndHandingOverWhenReplicated();
        });
        Receive<RemoteNode.Gone>(gone =>
        {
            if (!_remotes.TryGetValue(gone.NodeId, out var remote) || !remote.Equals(Sender)) return;
            _remotes.Remove(gone.NodeId);
            _offered.Release(gone.NodeId);
            _traffic.Remove(gone.NodeId);
            Do(_ledger.NodeLost(gone.NodeId));
            EndHandingOverWhenReplicated();
            // While an unreachable member remains, no new member can join.
            if (IsClustered)
                Context.ActorSelection(ClusterPaths.User(ClusterPaths.CrashDetector)).Tell(new CrashDetector.ChannelBroke(_peers[gone.NodeId].Address));
        });
        Receive<RemoteNode.FileWanted>(wanted =>
        {
            if (PathOf(wanted.File) is { } path) wanted.Channel.SendFile(wanted.File, path);
            else wanted.Channel.RefuseFile(wanted.File);
        });
        Receive<Offered>(offered => _remotes.GetValueOrDefault(offered.Copy.NodeId)?.Tell(
            new OfferReplica(
                _epoch, offered.Copy.Run, offered.Copy.Revision, [.. offered.Files.Where(file => file.Name != ReplicaFile.LogName)],
                offered.Files.FirstOrDefault(file => file.Name == ReplicaFile.LogName))));
        Receive<RemoteNode.ReplicaAnswered>(answered =>
        {
            _offered.Release(answered.NodeId);
            Do(_ledger.ReplicaAnswered(answered.NodeId, answered.Answer.RunId, answered.Answer.Revision, answered.Answer.Problem));
            EndHandingOverWhenReplicated();
        });
        Receive<OfferAgain>(again =>
        {
            // A coordinator that leaves waits for answers to its offers, but not for room on a disk.
            if (!_isHandingOver) Do(_ledger.OfferDue(again.NodeId, again.RunId));
        });
        Receive<LimitSettling>(limit =>
        {
            if (!_isHandingOver) Do(_ledger.SettlingDue(limit.RunId, limit.Pause));
        });
    }

    /// <summary>
    /// Whether this registration repeats one that is being answered, on a slow connection or a busy machine. A node that lost its channel would ask later.
    /// </summary>
    private bool IsRepeated(string nodeId) =>
        _peers.TryGetValue(nodeId, out var known) && known.Actor.Equals(Sender) && IsRecent(known.Since)
        && _ledger.Nodes.Any(node => node.Node.NodeId == nodeId);

    private void Refuse(RefuseNode refused)
    {
        var node = _ledger.Refused.FirstOrDefault(one => one.Node.NodeId == refused.NodeId);
        if (node.Node is not null && _refusals.Count < RunLedger.MaxRefused && _refusals.Add((node.Node.Name, refused.Reason)))
            _settings.Report($"{node.Node.Name} is refused: {refused.Reason}");
        Sender.Tell(Refused(refused.Reason));
    }

    private NodeRefused Refused(string reason) => new(reason, _epoch, _ledger.Acknowledged);

    private void Accept(NodeDescription node)
    {
        var peer = _peers[node.NodeId].Actor;
        if (peer.Path.Address.HasLocalScope)
        {
            peer.Tell(new NodeAccepted(_epoch, null, Acknowledged(_ledger.Acknowledged)));
            Do(_ledger.NodeConnected(node.NodeId));
            return;
        }

        var sink = new ChannelSink(_settings.Directory.Files);
        var traffic = _traffic[node.NodeId] = new NodeTraffic();
        var remote = Context.ActorOf(RemoteNode.Props(node, _epoch, peer, sink, traffic), $"node-{++_remotesMade}");
        _remotes[node.NodeId] = remote;
        sink.Attach(remote);
        var channel = new ChannelAddress(_settings.PublicHost, _listener.Port, _listener.Expect(sink, isOfNode: true));
        peer.Tell(new NodeAccepted(_epoch, channel, Acknowledged(_ledger.Acknowledged)), remote);
    }

    private void Drop(string nodeId, string reason)
    {
        if (_remotes.Remove(nodeId, out var remote)) remote.Tell(new RemoteNode.Lose(reason));
    }

    /// <summary>Lets a node take part in a run. The workers of this process need no channel.</summary>
    private void Admit(string nodeId, string runId)
    {
        if (!_active.TryGetValue(runId, out var active)) return;
        if (_remotes.TryGetValue(nodeId, out var remote))
        {
            remote.Tell(new RemoteNode.TakePart(active.Coordinator, active.Description));
            return;
        }

        var node = _ledger.Nodes.First(registered => registered.Node.NodeId == nodeId).Node;
#pragma warning disable AK1008 // No child: a coordinator that moves does not wait for what its own workers compute.
        active.LocalWorkers ??= Context.System.ActorOf(
            WorkerNode.Props(node.Workers, active.Coordinator, node.Name, process: node.Process, memory: _settings.Memory),
            $"workers-{_epoch}-{active.Number}");
#pragma warning restore AK1008
    }

    /// <summary>Excludes a node. Its part of the present steps is computed again by others.</summary>
    private void ShutOut(TellShutOut shutOut)
    {
        _peers.GetValueOrDefault(shutOut.NodeId)?.Actor.Tell(Refused(shutOut.Reason));
        if (_remotes.TryGetValue(shutOut.NodeId, out var remote)) remote.Tell(new RemoteNode.ShutOut(shutOut.Reason));
        else if (_ledger.Nodes.Any(node => node.IsHere && node.Node.NodeId == shutOut.NodeId))
        {
            foreach (var active in _active.Values) active.LocalWorkers?.Tell(PoisonPill.Instance);
        }
    }

    private void Offer(Replicate copy) => BackgroundThread.Run(() =>
    {
        if (copy.Run.IsDeleted) return new Offered(copy, []);
        _logs.Flush();
        return new Offered(copy, _offered.Take(copy.NodeId, _settings.Directory.CheckpointsOf(copy.Run.Job.RunId)));
    }).PipeTo(Self);

    private void OfferLater(OfferAgain again)
    {
        string node = _ledger.Nodes.First(registered => registered.Node.NodeId == again.NodeId).Node.Name, run = _ledger.Find(again.RunId)?.Job.Name
            ?? "a run that was deleted";
        _settings.Report($"{node} could not keep a copy of {run}: {again.Problem.TrimEnd('.')}. "
            + $"It is offered the next one, and this one again after {again.After.TotalSeconds:0} s");
        Timers.StartSingleTimer((again.NodeId, again.RunId), again, again.After);
    }

    /// <summary>What the nodes hold: this one, and the others that have reported it.</summary>
    private NodeStorage[] Storage()
    {
        foreach (string gone in _storage.Keys.Except(_ledger.Nodes.Select(node => node.Node.NodeId)).ToArray()) _storage.Remove(gone);
        var others = _ledger.Nodes.Where(node => !node.IsHere && _storage.ContainsKey(node.Node.NodeId));
        return
        [
            .. _settings.Use.Status is { } own ? [new NodeStorage(_settings.Name, own, _settings.Credentials?.Warning)] : Array.Empty<NodeStorage>(),
            .. others.Select(node => new NodeStorage(node.Node.Name, _storage[node.Node.NodeId].Storage, _storage[node.Node.NodeId].Warning)),
        ];
    }

    private string? PathOf(ContentHash file)
    {
        if (_offered.PathOf(file) is { } offered) return offered;
        if (_settings.Directory.Files.Holds(file)) return _settings.Directory.Files.PathOf(file);
        string name = file.ToString();
        foreach (var run in _ledger.Runs)
            foreach (var checkpoint in run.Checkpoints)
                if (checkpoint.Hash == name) return Path.Combine(_settings.Directory.FolderOf(run.Job.RunId), checkpoint.Name);
        return null;
    }

    private void WatchMembers()
    {
        if (!IsClustered) return;
        Cluster.Get(Context.System).Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IReachabilityEvent), typeof(ClusterEvent.MemberRemoved));
    }

    private static bool IsClustered => ((ExtendedActorSystem)Context.System).Provider is ClusterActorRefProvider;

    private void ReceiveFromMembers()
    {
        Receive<ClusterEvent.UnreachableMember>(silent =>
        {
            TellOf(silent.Member.Address, new RemoteNode.Suspect("is silent"));
            Lost(silent.Member);
        });
        Receive<ClusterEvent.ReachableMember>(heard => TellOf(heard.Member.Address, new RemoteNode.Suspect(null)));
        Receive<ClusterEvent.MemberRemoved>(removed =>
        {
            TellOf(removed.Member.Address, new RemoteNode.Lose("the cluster goes on without it"));
            Lost(removed.Member);
        });
    }

    private void Lost(Member member)
    {
        Do(_ledger.MemberLost(MembershipWatch.Name(member.Address)));
        EndHandingOverWhenReplicated();
    }

    /// <summary>The node's actor in its own process.</summary>
    /// <param name="Since">When it registered, in milliseconds of <see cref="Environment.TickCount64"/>.</param>
    private sealed record Peer(IActorRef Actor, long Since)
    {
        public Address Address => Actor.Path.Address;
    }

    private sealed record Offered(Replicate Copy, IReadOnlyList<ReplicaFile> Files);

    private void TellOf(Address address, object message)
    {
        foreach (var (nodeId, remote) in _remotes)
            if (_peers[nodeId].Address.Equals(address)) remote.Tell(message);
    }
}
