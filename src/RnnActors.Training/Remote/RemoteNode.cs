using System.Diagnostics;
using System.Runtime.InteropServices;
using Akka.Actor;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>
/// Represents a node in another process. To a run's coordinator it is a node of workers; to the other process it sends wire messages and uses the tensor
/// channel. It passes an answer on when its floats have arrived. It lives as long as the channel.
/// </summary>
internal sealed class RemoteNode : ReceiveActor, IWithTimers
{
    /// <summary>Until the workers that ran out of memory have ended in their process.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

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
        Receive<NodePresent>(present => present.RunId is not null && _part is null, present => _peer.Tell(new RunClosed(epoch, present.RunId!)));
        ReceiveFromCoordinator();
        ReceiveFromNode();
    }

    /// <summary>To the manager: the channel is open.</summary>
    public sealed record Connected(string NodeId);

    /// <summary>To the manager: the node is gone.</summary>
    public sealed record Gone(string NodeId, string Reason);

    /// <summary>To the manager: the node requests a file by its channel.</summary>
    public sealed record FileWanted(string NodeId, ContentHash File, TensorChannel Channel);

    /// <summary>To the manager: the node has returned what it holds of a run.</summary>
    public sealed record RunReturned(string NodeId, ReplicaReturned Answer);

    /// <summary>To the manager: a file came from the node, or could not.</summary>
    /// <param name="Problem">Null where it came. Files that were sent to the node and could not be stored there are told of as well.</param>
    public sealed record FileCame(string NodeId, ContentHash File, string? Problem);

    /// <summary>From the manager: the node is to say what it holds of a run.</summary>
    public sealed record ReturnRun(string RunId);

    /// <summary>From the manager: fetch these files from the node.</summary>
    public sealed record FetchFiles(IReadOnlyList<ContentHash> Files);

    /// <summary>To the manager: the node has answered an offer.</summary>
    public sealed record ReplicaAnswered(string NodeId, ReplicaStored Answer);

    /// <summary>From the manager: offer the node's workers to the coordinator of a run.</summary>
    public sealed record TakePart(IActorRef Coordinator, JobDescription Job);

    /// <summary>From the manager: the run is over.</summary>
    public sealed record LeaveRun
    {
        public static readonly LeaveRun Instance = new();
    }

    /// <summary>From the manager: the node is no longer one of ours.</summary>
    public sealed record Lose(string Reason);

    /// <summary>From the manager: the node is suspected, with a reason, or trusted again.</summary>
    public sealed record Suspect(string? Reason);

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
            var preparation = new PrepareRemoteRun(_epoch, _part.Job, prepare.FirstWorker, _part.Turn, _plan.Threads, _plan.InSmallRounds);
            var run = _part.Frames = preparation.NameOfFrames();
            _part.Parameters = new ParameterSender(prepare.Job, (step, number, first, part, marks) => _channel!.Send(
                new FrameDescription(FrameKind.Parameters, run, _epoch, step, First: first, Part: number), part, marks));
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
                _epoch, RunId, order.Step, [.. order.Orders.Select(ToWire)], _part.Parameters!.CompleteAll(order.Step, _published!.Parameters),
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

    private void Begin(TakePart take)
    {
        if (_node.Workers == 0 || _part is not null || _isLeaving) return;
        if (take.Job.RunId != _plannedRun) (_plannedRun, _plan) = (take.Job.RunId, new MemoryPlan(_node.Workers));
        _part = new Part(take.Coordinator, take.Job, _turns++);
        _published = null;
        take.Coordinator.Tell(new NodeJoined(_plan.Threads, _node.Name, IsRemote: true));
    }

    /// <summary>The node's memory is short: it takes part with less, or, where there is no less, tries again from time to time.</summary>
    private void Shrink(MemoryPlan? less, string reason)
    {
        if (less is not { } plan)
        {
            TryLater(reason, isOutOfMemory: true);
            return;
        }

        _plan = plan;
        var again = new TakePart(_part!.Coordinator, _part.Job);
        again.Coordinator.Tell(new NodeUnable(reason));
        End();
        Timers.StartSingleTimer(nameof(TakePart), again, Settling);
    }

    private void TryLater(string reason, bool isOutOfMemory)
    {
        var again = new TakePart(_part!.Coordinator, _part.Job);
        again.Coordinator.Tell(new NodeUnable(reason, isOutOfMemory));
        End();
        Timers.StartSingleTimer(nameof(TakePart), again, _retry.Next());
    }

    private static MemoryPlan? Lesser(MemoryPlan offered, MemoryPlan? below) =>
        below is { } other && (other.Threads < offered.Threads || (other.Threads == offered.Threads && other.InSmallRounds)) ? other
            : below is null ? null : offered;

    private void End()
    {
        if (_part is null) return;
        _retransmission.End<PrepareRemoteRun>();
        _sink.RouteNowhere();
        _peer.Tell(new RunClosed(_epoch, RunId));
        _part = null;
        _held.Clear();
    }

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

    private void Publish(ParametersPublished published)
    {
        _part!.Inbox!.Begin(published.Step);
        PassOn();
        // The parameters that a validation was measured with are those of the step after it.
        if (published.Step != _published?.Step) _traffic.Begin(_channel!.BytesSent, _channel.BytesReceived);
        _published = published;
    }

    private void Compute(ComputeShards order)
    {
        var job = _part!.Training!;
        bool carries = !order.CarriedState.IsEmpty;
        var plan = new ShardPlan(order.BatchRows.Length, job.Training.Shards);
        if (order.IsAudit) _part.Orders!.AddAudit(order);
        else _part.Orders!.Add(order, shards => carries && plan.RowsOf(shards).Count > 0, Stopwatch.GetTimestamp());
        if (carries)
        {
            foreach (var one in order.Orders)
            {
                var rows = plan.RowsOf(one.Shards);
                if (rows.Count == 0) continue;
                _channel!.Send(
                    new FrameDescription(FrameKind.State, _part.Frames, _epoch, order.Step, one.Shards),
                    order.CarriedState.Slice(rows.First * job.Model.StateWidth, rows.Count * job.Model.StateWidth));
            }
        }

        int parts = _part.Parameters!.Complete(order.Step, _published!.Parameters, order.BatchRows.Span, order.Orders.Select(one => plan.RowsOf(one.Shards)));
        Say(new ComputeRemoteShards(
            _epoch, RunId, order.Step, MemoryMarshal.AsBytes(order.BatchRows.Span).ToArray(), carries, [.. order.Orders.Select(ToWire)], parts,
            order.IsAudited, order.IsAudit, _part.Trace?.ContextOf(order.Step)));
    }

    private void Say(IStepMessage message) => _channel!.Tell(new FrameDescription(FrameKind.Message, _part!.Frames, _epoch), WireSerializer.Pack(message));

    /// <summary>Passes on the answers whose floats have arrived, and those to a step that is over, which need none.</summary>
    private void PassOn()
    {
        for (int i = 0; i < _held.Count; i++)
        {
            var (computed, sending) = _held[i];
            var order = FromWire(computed.Order);
            bool isOver = computed.Step != _part!.Inbox!.Step;
            if (!isOver && !_part.Inbox.Holds(order.Shards, computed.CarriesState)) continue;
            _held.RemoveAt(i--);
            if (_part.Trace is { } trace) Trace(trace, computed.Step, order, sending);
            _part.Coordinator.Tell(new ShardsComputed(
                computed.Step, order,
                [.. computed.Losses.Select(loss => new TreeNodeLoss(new ShardRange(loss.FirstShard, loss.Shards), FromWire(loss.Loss), loss.NotFinite))],
                computed.CarriesState && !isOver ? _part.Inbox.StateOf(order.Shards) : default, computed.Seconds,
                isOver ? 0 : sending.Transfer(computed.Seconds, Stopwatch.GetTimestamp()), computed.Audited?.Select(FromWire).ToArray()));
        }
    }

    /// <summary>An order from its sending until its floats have arrived: what is not computing of it is transfer.</summary>
    private void Trace(RunTrace trace, long step, ShardOrder order, OutstandingOrders.Sending sending) => TrainingActivities.End(
        trace.BeginPart("exchange shards", step, order.Shards, order.Worker.Number, DateTimeOffset.UtcNow - Stopwatch.GetElapsedTime(sending.Since))?
            .SetTag(TrainingActivities.NodeTag, _node.Name)
            .SetTag(TrainingActivities.BytesTag, (long)sending.Vectors * _part!.Training!.Model.Layout.Length * sizeof(float)));

    private static WireOrder ToWire(ShardOrder order) => new(order.Worker.Number, order.Shards.First, order.Shards.Count, order.Attempt);

    private static ShardOrder FromWire(WireOrder order) => new(new WorkerId(order.Worker), new ShardRange(order.FirstShard, order.Shards), order.Attempt);

    private static AuditedSum FromWire(WireAuditedSum sum) => new(new ShardRange(sum.FirstShard, sum.Shards), sum.Hash);

    private static LossSum FromWire(WireLoss loss) => new(loss.Sum, loss.Count, loss.Correct, loss.Weight);

    /// <summary>The node's part in a run.</summary>
    private sealed class Part(IActorRef coordinator, JobDescription job, long turn)
    {
        public IActorRef Coordinator { get; } = coordinator;

        public JobDescription Job { get; } = job;

        public long Turn { get; } = turn;

        /// <summary>The run's name in frames.</summary>
        public ContentHash Frames { get; set; }

        public TrainingJob? Training { get; set; }

        public ParameterSender? Parameters { get; set; }

        public GradientInbox? Inbox { get; set; }

        public OutstandingOrders? Orders { get; set; }

        /// <summary>Null where nobody listens.</summary>
        public RunTrace? Trace { get; set; }
    }
}
