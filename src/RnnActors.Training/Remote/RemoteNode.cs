using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>
/// Represents a node in another process. To the coordinator of each run it is a node of workers; to the other process it sends wire messages and uses the
/// tensor channel. It passes an answer on when its floats have arrived. It lives as long as the channel.
/// </summary>
internal sealed partial class RemoteNode : ReceiveActor, IWithTimers
{
    private readonly NodeDescription _node;
    private readonly long _epoch;
    private readonly IActorRef _peer;
    private readonly ChannelSink _sink;
    private readonly NodeTraffic _traffic;
    private readonly Retransmission _retransmission;
    private TensorChannel? _channel;
    private OfferReplica? _offer;
    private bool _takesNone;

    /// <param name="peer">The node's own actor in its process.</param>
    /// <param name="sink">The sink of its channel.</param>
    /// <param name="traffic">Counts the channel's bytes.</param>
    public RemoteNode(NodeDescription node, long epoch, IActorRef peer, ChannelSink sink, NodeTraffic traffic)
    {
        (_node, _epoch, _peer, _sink, _traffic, _retransmission) = (node, epoch, peer, sink, traffic, new Retransmission(this));
        Receive<ChannelSink.ChannelOpened>(opened =>
        {
            _channel = opened.Channel;
            Context.Parent.Tell(new Connected(node.NodeId));
        });
        Receive<ChannelSink.ChannelBroken>(broken => Fall(broken.Reason));
        Receive<Lose>(lose => Fall(lose.Reason));
        Receive<ChannelSink.FileRequested>(wanted => Context.Parent.Forward(new FileWanted(node.NodeId, wanted.File, _channel!)));
        Receive<ChannelSink.FileArrived>(arrived => Context.Parent.Tell(new FileCame(node.NodeId, arrived.File, null)));
        Receive<ChannelSink.FileFailed>(failed => Context.Parent.Tell(new FileCame(node.NodeId, failed.File, failed.Reason)));
        Receive<ReturnRun>(wanted => _retransmission.Say(_peer, new ReturnReplica(_epoch, wanted.RunId)));
        Receive<ReplicaReturned>(returned => returned.Epoch == epoch, returned =>
        {
            _retransmission.End<ReturnReplica>();
            Context.Parent.Tell(new RunReturned(node.NodeId, returned));
        });
        Receive<FetchFiles>(wanted =>
        {
            foreach (var file in wanted.Files) _sink.Fetch(file, _channel!);
        });
        Receive<TakePart>(Begin);
        Receive<LeaveRun>(left => Leave(left.RunId));
        Receive<ShutOut>(shutOut =>
        {
            _takesNone = true;
            foreach (var part in _parts.ToArray())
            {
                part.Coordinator.Tell(new NodeLost(shutOut.Reason));
                End(part);
            }
        });
        Receive<Retransmission.Due>(due => due.Say());
        Receive<OfferReplica>(_ => Sender.Equals(Context.Parent), Offer);
        Receive<ReplicaStored>(stored => stored.Epoch == epoch && stored.RunId == _offer?.Run.Job.RunId && stored.Revision == _offer.Revision, Stored);
        Receive<NodeLeaving>(_ => Leave());
        Receive<NodePresent>(present =>
        {
            foreach (string runId in ((string?[])[present.RunId, .. present.Others ?? []]).OfType<string>())
                if (PartOf(runId) is null) _peer.Tell(new RunClosed(epoch, runId, _turns - 1));
        });
        ReceiveFromCoordinator();
        ReceiveFromNode();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(NodeDescription node, long epoch, IActorRef peer, ChannelSink sink, NodeTraffic traffic) =>
        Akka.Actor.Props.Create(() => new RemoteNode(node, epoch, peer, sink, traffic));

    protected override void PreStart() => _sink.Attach(Self);

    protected override void PostStop() => _sink.Close("the coordinator has ended it");

    private void ReceiveFromCoordinator()
    {
        ReceiveOfRun<PrepareRun>((part, prepare) =>
        {
            part.Inbox = new GradientInbox(prepare.Job, prepare.Aggregators, Self);
            part.Training = prepare.Job;
            part.Trace = prepare.Trace;
            part.Orders = new OutstandingOrders(prepare.Job.Training.Shards);
            string[] beside = [.. _parts.Where(other => other != part).Select(other => other.RunId)];
            var preparation = new PrepareRemoteRun(_epoch, part.Take.Job, prepare.FirstWorker, part.Turn, part.Standing.Plan.Threads,
                part.Standing.Plan.InSmallRounds, prepare.Trace?.Context, beside.Length == 0 ? null : beside);
            var run = part.Frames = preparation.NameOfFrames();
            part.Parameters = new ParameterSender(prepare.Job, (version, number, first, block, marks) => _channel!.Send(
                new FrameDescription(FrameKind.Parameters, run, _epoch, version, First: first, Part: number), block, marks));
            _sink.RouteTo(run, _epoch, part.Inbox);
            _retransmission.Say(_peer, preparation, part.RunId);
        });
        ReceiveOfRun<ParametersAdvanced>((part, advanced) => part.Parameters!.Advance(advanced));
        ReceiveOfRun<ParametersPublished>(Publish);
        ReceiveOfRun<ComputeShards>(Compute);
        ReceiveOfRun<EvaluateShards>((part, order) =>
        {
            part.Orders!.Add(order);
            Say(part, new EvaluateRemoteShards(
                _epoch, part.RunId, order.Step, [.. order.Orders.Select(ToWire)],
                part.Parameters!.CompleteAll(part.Published!.Version, part.Published.Parameters), part.Trace?.ContextOf(order.Step)));
        });
        ReceiveOfRun<NodeSetAside>((part, aside) => Shrink(part, part.Standing.Plan.Smaller(), aside.Reason));
        ReceiveOfRun<NodeDrained>((part, _) =>
        {
            if (_parts.Count == 1) _peer.Tell(new NodeReleased(_node.NodeId));
            End(part);
        });
        Receive<Suspect>(suspect =>
        {
            foreach (var part in _parts) part.Coordinator.Tell(suspect.Reason is { } reason ? new NodeSuspected(reason) : NodeTrusted.Instance);
        });
    }

    private void ReceiveFromNode()
    {
        ReceiveOfPart<RunPrepared>(prepared => (prepared.Epoch, prepared.RunId), (part, prepared) =>
        {
            if (prepared.Turn != part.Turn) return;
            _retransmission.End<PrepareRemoteRun>(part.RunId);
            part.Standing.Retry.Reset();
            part.Coordinator.Tell(NodePrepared.Instance);
        });
        ReceiveOfPart<PreparationFailed>(failed => (failed.Epoch, failed.RunId), (part, failed) =>
        {
            if (failed.Turn != part.Turn) return;
            // The node has said how much it can hold. It is never asked for more than before, or this would not end.
            if (failed.Workers is { } threads)
                Shrink(part, threads <= 0 ? null : part.Standing.Plan.SmallerOf(new MemoryPlan(threads, failed.InSmallRounds)), failed.Reason);
            else TryLater(part, failed.Reason, isOutOfMemory: false);
        });
        ReceiveOfPart<RemoteShardsComputed>(computed => (computed.Epoch, computed.RunId), (part, computed) =>
        {
            var order = FromWire(computed.Order);
            var sending = part.Orders!.SendingOf(computed.Step, order);
            if (!part.Orders.Take(computed.Step, order, computed, out string? problem))
            {
                FallFor(problem);
                return;
            }

            part.Held.Add((computed, sending));
            PassOn(part);
        });
        Receive<GradientInbox.Arrived>(_ =>
        {
            foreach (var part in _parts) PassOn(part);
        });
        ReceiveOfPart<RemoteShardsEvaluated>(evaluated => (evaluated.Epoch, evaluated.RunId), (part, evaluated) =>
        {
            var order = FromWire(evaluated.Order);
            if (part.Orders!.Take(evaluated.Step, order, evaluated, out string? problem))
                part.Coordinator.Tell(new ShardsEvaluated(evaluated.Step, order, [.. evaluated.Losses.Select(FromWire)], evaluated.Seconds));
            else FallFor(problem);
        });
        ReceiveOfPart<RemoteShardsLost>(lost => (lost.Epoch, lost.RunId), (part, lost) =>
        {
            if (part.Orders!.Take(lost.Step, FromWire(lost.Order)))
                part.Coordinator.Tell(new ShardsLost(lost.Step, FromWire(lost.Order), lost.Reason, lost.IsOutOfMemory));
        });
        ReceiveOfPart<RemoteShardsAudited>(audited => (audited.Epoch, audited.RunId), (part, audited) =>
        {
            var order = FromWire(audited.Order);
            if (part.Orders!.Take(audited.Step, order, audited, out string? problem))
                part.Coordinator.Tell(new ShardsAudited(audited.Step, order, FromWire(audited.Sum)));
            else FallFor(problem);
        });
        ReceiveAny(_ =>
        {
            // Of another epoch, or about a run that is over.
        });
    }

    /// <summary>Receives messages of the coordinator of a run in which the node takes part.</summary>
    private void ReceiveOfRun<T>(Action<Part, T> react) => Receive<T>(message =>
    {
        if (PartOf(Sender) is { } part) react(part, message);
    });

    /// <summary>Receives messages of the node about a run for which it was prepared.</summary>
    private void ReceiveOfPart<T>(Func<T, (long Epoch, string RunId)> about, Action<Part, T> react) => Receive<T>(message =>
    {
        var (epoch, runId) = about(message);
        if (epoch == _epoch && PartOf(runId) is { Training: not null } part) react(part, message);
    });

    private void Offer(OfferReplica offer)
    {
        _offer = offer;
        _retransmission.Say(_peer, offer);
    }

    private void Stored(ReplicaStored answer)
    {
        _offer = null;
        _retransmission.End<OfferReplica>();
        Context.Parent.Tell(new ReplicaAnswered(_node.NodeId, answer));
    }

    /// <summary>The node is leaving; it repeats this until it is released.</summary>
    private void Leave()
    {
        _takesNone = true;
        if (_parts.Count == 0) _peer.Tell(new NodeReleased(_node.NodeId));
        foreach (var part in _parts) part.Coordinator.Tell(NodeDraining.Instance);
    }

    private void Fall(string reason)
    {
        Timers.CancelAll();
        _sink.RouteNowhere();
        foreach (var part in _parts) part.Coordinator.Tell(new NodeLost(reason));
        _parts.Clear();
        Context.Parent.Tell(new Gone(_node.NodeId, reason));
        Context.Stop(Self);
    }

    private void FallFor(string? problem)
    {
        if (problem is not null) Fall(problem);
    }
}
