using System.Runtime.InteropServices;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>A node as its coordinator has it: what <c>RemoteNode</c> routes, around the product's outstanding orders, inbox and sender.</summary>
internal sealed partial class RemoteShell
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1), Settling = TimeSpan.FromMilliseconds(300);

    private readonly World _world;
    private readonly NodeShell _peer;
    private readonly ChannelSink _sink;
    private readonly List<(RemoteShardsComputed Answer, OutstandingOrders.Sending Sending)> _held = [];
    private readonly Backoff _retry = new();
    private Channel? _channel;
    private Part? _part;
    private OfferReplica? _offer;
    private ParametersPublished? _published;
    private long _turns;
    private int _said, _returns;
    private bool _isLeaving;
    private string? _plannedRun;
    private MemoryPlan _plan;

    public RemoteShell(World world, ManagerShell manager, NodeDescription node, NodeShell peer, long epoch)
    {
        (_world, Manager, Node, _peer, Epoch) = (world, manager, node, peer, epoch);
        _sink = new ChannelSink(manager.Directory.Files);
        _sink.Attach(new Ear(world, manager.Life, Hear));
    }

    public ManagerShell Manager { get; }

    public NodeDescription Node { get; }

    public long Epoch { get; }

    public bool HasFallen { get; private set; }

    public Life PeerLife => _peer.Life;

    /// <summary>The node opens its channel; it is told how that went.</summary>
    public void Open(NodeShell node, ChannelSink sink, Action<Channel?> opened) => _world.Timeline.In(
        TimeSpan.FromMilliseconds(2 + _world.Random.Next(20)), null, () =>
    {
        if (node.Life.IsOver) return;
        if (HasFallen || Manager.HasEnded || _channel is not null || !Manager.Life.IsHeardAt(_world.Timeline.Now)
            || _world.Network.IsCut(node.Life, Manager.Life))
        {
            // The time limit of opening, or a port that refuses.
            _world.Timeline.In(TimeSpan.FromMilliseconds(100 + _world.Random.Next(1000)), node.Life, () => opened(null));
            return;
        }

        _channel = new Channel(_world, Manager.Life, _sink, node.Life, sink);
        _world.Timeline.In(TimeSpan.Zero, node.Life, () => opened(_channel));
        _world.Timeline.In(TimeSpan.FromMilliseconds(_world.Random.Next(3)), Manager.Life, () =>
        {
            if (!HasFallen) Manager.Connected(this);
        });
    });

    public void TakePart(RunShell run)
    {
        if (Node.Workers == 0 || _part is not null || _isLeaving || HasFallen) return;
        string runId = run.Job.Description.RunId;
        if (runId != _plannedRun) (_plannedRun, _plan) = (runId, new MemoryPlan(Node.Workers));
        _part = new Part(run, _turns++);
        _published = null;
        _world.Oracle.Asked(run, this, _plan);
        run.Welcome(this, null, _plan.Threads, Node.Name);
    }

    /// <summary>It ran out of memory, and is asked for less.</summary>
    public void SetAside(string reason)
    {
        if (_part is null) return;
        _world.Oracle.SetAside(_part.Run, this, _plan);
        Shrink(_plan.Smaller(), reason);
    }

    public void LeaveRun()
    {
        _said++;
        EndPart();
    }

    public void Suspect(string? reason) => _part?.Run.Suspect(this, reason);

    public void Offer(OfferReplica offer)
    {
        _offer = offer;
        SayOffer(offer);
    }

    public void Stored(ReplicaStored stored)
    {
        if (HasFallen || stored.Epoch != Epoch || stored.RunId != _offer?.Run.Job.RunId || stored.Revision != _offer.Revision) return;
        _offer = null;
        Manager.ReplicaAnswered(this, stored);
    }

    /// <summary>The node is to say what it holds of a run.</summary>
    public void ReturnRun(string runId)
    {
        int returns = ++_returns;
        Repeat(() => _returns == returns, node => node.Return(this, new ReturnReplica(Epoch, runId)));
    }

    public void Returned(ReplicaReturned answer)
    {
        if (HasFallen || answer.Epoch != Epoch) return;
        _returns++;
        Manager.Returned(this, answer);
    }

    public void FetchFiles(IReadOnlyList<ContentHash> files)
    {
        foreach (var file in files) _world.Fetch(_channel!, Manager.Life, _sink, file, _peer.Life, _peer.PathOfReturned);
    }

    public void Leave()
    {
        if (HasFallen) return;
        _isLeaving = true;
        if (_part is null) Tell(node => node.Released());
        else _part.Run.Drain(this);
    }

    public void Present(string? run)
    {
        long turn = _turns - 1;
        if (run is not null && _part is null) Tell(node => node.RunClosed(this, Epoch, run, turn));
    }

    public void Fall(string reason)
    {
        if (HasFallen) return;
        HasFallen = true;
        _world.Log?.Add($"{_world.Timeline.Now} {Manager.Life} loses {Node.NodeId}: {reason}");
        _sink.RouteNowhere();
        var part = _part;
        _part = null;
        part?.Run.Lose(this, reason);
        _channel?.Break(reason);
        Manager.Gone(this);
    }

    /// <summary>The run is prepared for it.</summary>
    public void PrepareRun(RunShell run, SimulatedJob job, int firstWorker)
    {
        if (_part?.Run != run) return;
        var part = _part;
        part.Job = job;
        part.Inbox = new GradientInbox(job.Job, run.Aggregators(Manager.Life), new Ear(_world, Manager.Life, Hear));
        part.Orders = new OutstandingOrders(job.Job.Training.Shards);
        var prepare = new PrepareRemoteRun(Epoch, job.Description, firstWorker, part.Turn, _plan.Threads, _plan.InSmallRounds);
        part.Frames = _world.FramesOf(prepare);
        part.Parameters = new ParameterSender(job.Job, (step, number, first, block, _) =>
            _channel!.Send(Manager.Life, new FrameDescription(FrameKind.Parameters, part.Frames, Epoch, step, First: first, Part: number), block));
        _sink.RouteTo(part.Frames, Epoch, part.Inbox);
        SayPrepare(part, prepare);
    }

    public void Publish(ParametersPublished published)
    {
        if (_part is null) return;
        _part.Inbox!.Begin(published.Step);
        PassOn();
        _published = published;
    }

    public void Compute(ComputeShards order)
    {
        if (_part is null) return;
        var job = _part.Job!.Job;
        bool carries = !order.CarriedState.IsEmpty;
        var plan = new ShardPlan(order.BatchRows.Length, job.Training.Shards);
        if (order.IsAudit) _part.Orders!.AddAudit(order);
        else _part.Orders!.Add(order, shards => carries && plan.RowsOf(shards).Count > 0, Timestamp());
        if (carries)
        {
            foreach (var one in order.Orders)
            {
                var rows = plan.RowsOf(one.Shards);
                if (rows.Count == 0) continue;
                _channel!.Send(Manager.Life, new FrameDescription(FrameKind.State, _part.Frames, Epoch, order.Step, one.Shards),
                    order.CarriedState.Slice(rows.First * job.Model.StateWidth, rows.Count * job.Model.StateWidth));
            }
        }

        int parts = _part.Parameters!.Complete(order.Step, _published!.Parameters, order.BatchRows.Span, order.Orders.Select(one => plan.RowsOf(one.Shards)));
        Say(new ComputeRemoteShards(
            Epoch, _part.RunId, order.Step, MemoryMarshal.AsBytes(order.BatchRows.Span).ToArray(), carries, [.. order.Orders.Select(ToWire)], parts,
            order.IsAudited, order.IsAudit));
    }

    public void Evaluate(EvaluateShards order)
    {
        if (_part is null) return;
        _part.Orders!.Add(order);
        Say(new EvaluateRemoteShards(
            Epoch, _part.RunId, order.Step, [.. order.Orders.Select(ToWire)], _part.Parameters!.CompleteAll(order.Step, _published!.Parameters)));
    }

    public void Drained()
    {
        Tell(node => node.Released());
        EndPart();
    }

    public void Prepared(PrepareRemoteRun prepare)
    {
        if (!IsPresent(prepare)) return;
        _said++;
        _retry.Reset();
        _part!.Run.Prepared(this);
    }

    /// <param name="fits">What it has memory for, nothing for none; null where memory is not the reason.</param>
    public void PreparationFailed(PrepareRemoteRun prepare, string reason, MemoryPlan? fits = null)
    {
        if (!IsPresent(prepare)) return;
        if (fits is { } plan) Shrink(plan.Threads <= 0 ? null : Lesser(plan, _plan.Smaller()), reason);
        else TryLater(reason, isOutOfMemory: false);
    }

    /// <summary>Takes part with less, or, where there is no less, tries again from time to time.</summary>
    private void Shrink(MemoryPlan? less, string reason)
    {
        if (less is not { } plan)
        {
            TryLater(reason, isOutOfMemory: true);
            return;
        }

        if (_world.Bug != Bug.ShortNodeIsAskedForTheSame) _plan = plan;
        TakePartIn(Settling, reason, isOutOfMemory: false);
    }

    private void TryLater(string reason, bool isOutOfMemory) => TakePartIn(_retry.Next(), reason, isOutOfMemory);

    private void TakePartIn(TimeSpan wait, string reason, bool isOutOfMemory)
    {
        var run = _part!.Run;
        run.Unable(this, reason, isOutOfMemory);
        EndPart();
        int said = ++_said;
        _world.Timeline.In(wait, Manager.Life, () =>
        {
            if (_said == said && Manager.Active == run) TakePart(run);
        });
    }

    private static MemoryPlan? Lesser(MemoryPlan offered, MemoryPlan? below) =>
        below is { } other && (other.Threads < offered.Threads || (other.Threads == offered.Threads && other.InSmallRounds)) ? other
            : below is null ? null : offered;

    public void Tell(Action<NodeShell> arrive) => _world.Network.Send(Manager.Life, _peer.Life, () => arrive(_peer));

    private bool IsPresent(PrepareRemoteRun prepare) =>
        !HasFallen && _part is { Job: not null } part && prepare.Epoch == Epoch && prepare.Job.RunId == part.RunId
        && prepare.Turn == part.Turn;

    private void SayPrepare(Part part, PrepareRemoteRun prepare)
    {
        int said = ++_said;
        Repeat(() => _said == said && _part == part, node => node.Prepare(this, prepare));
    }

    private void SayOffer(OfferReplica offer) => Repeat(() => _offer == offer, node => node.Keep(this, offer));

    private void Repeat(Func<bool> isUnanswered, Action<NodeShell> say)
    {
        if (HasFallen || Manager.HasEnded || !isUnanswered()) return;
        Tell(say);
        if (_world.Bug != Bug.SaidOnce) _world.Timeline.In(Again, Manager.Life, () => Repeat(isUnanswered, say));
    }

    private void EndPart()
    {
        if (_part is null) return;
        _sink.RouteNowhere();
        string runId = _part.Job is null ? "" : _part.RunId;
        long turn = _part.Turn;
        Tell(node => node.RunClosed(this, Epoch, runId, turn));
        _part = null;
        _held.Clear();
    }

    private sealed class Part(RunShell run, long turn)
    {
        public RunShell Run { get; } = run;

        public long Turn { get; } = turn;

        public SimulatedJob? Job { get; set; }

        public string RunId => Job!.Description.RunId;

        public ContentHash Frames { get; set; }

        public ParameterSender? Parameters { get; set; }

        public GradientInbox? Inbox { get; set; }

        public OutstandingOrders? Orders { get; set; }
    }
}
