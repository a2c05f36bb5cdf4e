using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>
/// Represents a node in another process. To a run's coordinator it is a node of workers; to the other process it sends wire messages and uses the tensor
/// channel. It passes an answer on when its floats have arrived. It lives as long as the channel.
/// </summary>
internal sealed partial class RemoteNode : ReceiveActor, IWithTimers
{
    private readonly NodeDescription _node;
    private readonly long _epoch;
    private readonly IActorRef _peer;
    private readonly ChannelSink _sink;
    private readonly NodeTraffic _traffic;
    private readonly Retransmission _retransmission;
    private readonly List<(RemoteShardsComputed Answer, OutstandingOrders.Sending Sending)> _held = [];
    private readonly Backoff _retry = new();
    private TensorChannel? _channel;
    private Part? _part;
    private long _turns;
    private ParametersPublished? _published;
    private OfferReplica? _offer;
    private bool _isLeaving;
    private string? _plannedRun;
    private MemoryPlan _plan;

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
        Receive<LeaveRun>(_ =>
        {
            Timers.Cancel(nameof(TakePart));
            End();
        });
        Receive<Retransmission.Due>(due => due.Say());
        Receive<OfferReplica>(_ => Sender.Equals(Context.Parent), Offer);
        Receive<ReplicaStored>(stored => stored.Epoch == epoch && stored.RunId == _offer?.Run.Job.RunId && stored.Revision == _offer.Revision, Stored);
        Receive<NodeLeaving>(_ => Leave());
        Receive<NodePresent>(present => present.RunId is not null && _part is null, present =>
            _peer.Tell(new RunClosed(epoch, present.RunId!, _turns - 1)));
        ReceiveFromCoordinator();
        ReceiveFromNode();
    }

    /// <summary>From the manager: the run is over.</summary>
    public sealed record LeaveRun
    {
        public static readonly LeaveRun Instance = new();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(NodeDescription node, long epoch, IActorRef peer, ChannelSink sink, NodeTraffic traffic) =>
        Akka.Actor.Props.Create(() => new RemoteNode(node, epoch, peer, sink, traffic));

    protected override void PreStart() => _sink.Attach(Self);

    protected override void PostStop() => _sink.Close("the coordinator has ended it");

    private string RunId => _part!.Job.RunId;

    private void ReceiveFromCoordinator()
    {
        Receive<PrepareRun>(IsOfRun, prepare =>
        {
            var inbox = new GradientInbox(prepare.Job, prepare.Aggregators, Self);
            _part!.Inbox = inbox;
            _part.Training = prepare.Job;
            _part.Trace = prepare.Trace;
            _part.Orders = new OutstandingOrders(prepare.Job.Training.Shards);
            var preparation = new PrepareRemoteRun(_epoch, _part.Job, prepare.FirstWorker, _part.Turn, _plan.Threads, _plan.InSmallRounds,
                prepare.Trace?.Context);
            var run = _part.Frames = preparation.NameOfFrames();
            _part.Parameters = new ParameterSender(prepare.Job, (version, number, first, part, marks) => _channel!.Send(
                new FrameDescription(FrameKind.Parameters, run, _epoch, version, First: first, Part: number), part, marks));
            _sink.RouteTo(run, _epoch, inbox);
            _retransmission.Say(_peer, preparation);
        });
        Receive<ParametersAdvanced>(IsOfRun, advanced => _part!.Parameters!.Advance(advanced));
        Receive<ParametersPublished>(IsOfRun, Publish);
        Receive<ComputeShards>(IsOfRun, Compute);
        Receive<EvaluateShards>(IsOfRun, order =>
        {
            _part!.Orders!.Add(order);
            Say(new EvaluateRemoteShards(
                _epoch, RunId, order.Step, [.. order.Orders.Select(ToWire)], _part.Parameters!.CompleteAll(_published!.Version, _published.Parameters),
                _part.Trace?.ContextOf(order.Step)));
        });
        Receive<NodeSetAside>(IsOfRun, aside => Shrink(_plan.Smaller(), aside.Reason));
        Receive<NodeDrained>(IsOfRun, _ =>
        {
            _peer.Tell(new NodeReleased(_node.NodeId));
            End();
        });
        Receive<Suspect>(suspect => _part?.Coordinator.Tell(suspect.Reason is { } reason ? new NodeSuspected(reason) : NodeTrusted.Instance));
    }

    private void ReceiveFromNode()
    {
        Receive<RunPrepared>(prepared => IsPresent(prepared.Epoch, prepared.RunId) && prepared.Turn == _part!.Turn, _ =>
        {
            _retransmission.End<PrepareRemoteRun>();
            _retry.Reset();
            _part!.Coordinator.Tell(NodePrepared.Instance);
        });
        Receive<PreparationFailed>(failed => IsPresent(failed.Epoch, failed.RunId) && failed.Turn == _part!.Turn, failed =>
        {
            // It has been asked how much it can hold: never more than it was asked for, or this would go on for ever.
            if (failed.Workers is { } threads)
                Shrink(threads <= 0 ? null : Lesser(new MemoryPlan(threads, failed.InSmallRounds), _plan.Smaller()), failed.Reason);
            else TryLater(failed.Reason, isOutOfMemory: false);
        });
        Receive<RemoteShardsComputed>(computed => IsPresent(computed.Epoch, computed.RunId), computed =>
        {
            var order = FromWire(computed.Order);
            var sending = _part!.Orders!.SendingOf(computed.Step, order);
            if (!_part.Orders.Take(computed.Step, order, computed, out string? problem))
            {
                FallFor(problem);
                return;
            }

            _held.Add((computed, sending));
            PassOn();
        });
        Receive<GradientInbox.Arrived>(_ => PassOn());
        Receive<RemoteShardsEvaluated>(evaluated => IsPresent(evaluated.Epoch, evaluated.RunId), evaluated =>
        {
            var order = FromWire(evaluated.Order);
            if (_part!.Orders!.Take(evaluated.Step, order, evaluated, out string? problem))
                _part.Coordinator.Tell(new ShardsEvaluated(evaluated.Step, order, [.. evaluated.Losses.Select(FromWire)], evaluated.Seconds));
            else FallFor(problem);
        });
        Receive<RemoteShardsLost>(lost => IsPresent(lost.Epoch, lost.RunId), lost =>
        {
            if (_part!.Orders!.Take(lost.Step, FromWire(lost.Order)))
                _part.Coordinator.Tell(new ShardsLost(lost.Step, FromWire(lost.Order), lost.Reason, lost.IsOutOfMemory));
        });
        Receive<RemoteShardsAudited>(audited => IsPresent(audited.Epoch, audited.RunId), audited =>
        {
            var order = FromWire(audited.Order);
            if (_part!.Orders!.Take(audited.Step, order, audited, out string? problem))
                _part.Coordinator.Tell(new ShardsAudited(audited.Step, order, FromWire(audited.Sum)));
            else FallFor(problem);
        });
        ReceiveAny(_ =>
        {
            // Of another epoch, or of a run that is over.
        });
    }

    private bool IsOfRun<T>(T message) => _part is not null && Sender.Equals(_part.Coordinator);

    private bool IsPresent(long epoch, string runId) => epoch == _epoch && _part is { Training: not null } && runId == RunId;

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

    /// <summary>The node leaves; it repeats this until it is released.</summary>
    private void Leave()
    {
        _isLeaving = true;
        if (_part is null) _peer.Tell(new NodeReleased(_node.NodeId));
        else _part.Coordinator.Tell(NodeDraining.Instance);
    }

    private void Fall(string reason)
    {
        Timers.CancelAll();
        _sink.RouteNowhere();
        _part?.Coordinator.Tell(new NodeLost(reason));
        _part = null;
        Context.Parent.Tell(new Gone(_node.NodeId, reason));
        Context.Stop(Self);
    }

    private void FallFor(string? problem)
    {
        if (problem is not null) Fall(problem);
    }
}
