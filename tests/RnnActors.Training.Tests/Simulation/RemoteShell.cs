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
    private Channel? _channel;
    private OfferReplica? _offer;
    private int _returns;
    private bool _takesNone;

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

    public void Suspect(string? reason)
    {
        foreach (var part in _parts.ToArray()) part.Run.Suspect(this, reason);
    }

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
        _takesNone = true;
        if (_parts.Count == 0) Tell(node => node.Released());
        foreach (var part in _parts.ToArray()) part.Run.Drain(this);
    }

    public void Present(string[] runs)
    {
        long turn = _turns - 1;
        foreach (string run in runs.Where(run => PartOf(run) is null)) Tell(node => node.RunClosed(this, Epoch, run, turn));
    }

    public void Fall(string reason)
    {
        if (HasFallen) return;
        HasFallen = true;
        _world.Log?.Add($"{_world.Timeline.Now} {Manager.Life} loses {Node.NodeId}: {reason}");
        _sink.RouteNowhere();
        Part[] parts = [.. _parts];
        _parts.Clear();
        foreach (var part in parts) part.Run.Lose(this, reason);
        _channel?.Break(reason);
        Manager.Gone(this);
    }

    /// <summary>The run is prepared for it.</summary>
    public void PrepareRun(RunShell run, SimulatedJob job, int firstWorker)
    {
        if (PartOf(run) is not { } part) return;
        part.IsPrepared = true;
        part.Inbox = new GradientInbox(job.Job, run.Aggregators(Manager.Life), new Ear(_world, Manager.Life, Hear));
        part.Orders = new OutstandingOrders(job.Job.Training.Shards);
        string[] beside = [.. _parts.Where(other => other != part).Select(other => other.RunId)];
        var prepare = new PrepareRemoteRun(
            Epoch, job.Description, firstWorker, part.Turn, part.Standing.Plan.Threads, part.Standing.Plan.InSmallRounds, Beside: beside);
        part.Frames = _world.FramesOf(prepare);
        part.Parameters = new ParameterSender(job.Job, (step, number, first, block, _) =>
            _channel!.Send(Manager.Life, new FrameDescription(FrameKind.Parameters, part.Frames, Epoch, step, First: first, Part: number), block));
        _sink.RouteTo(part.Frames, Epoch, part.Inbox);
        SayPrepare(part, prepare);
    }

    public void Publish(RunShell run, ParametersPublished published)
    {
        if (PartOf(run) is not { } part) return;
        part.Inbox!.Begin(published.Step);
        PassOn(part);
        part.Published = published;
    }

    public void Compute(RunShell run, ComputeShards order)
    {
        if (PartOf(run) is not { } part) return;
        var job = run.Job.Job;
        bool carries = !order.CarriedState.IsEmpty;
        var plan = new ShardPlan(order.BatchRows.Length, job.Training.Shards);
        if (order.IsAudit) part.Orders!.AddAudit(order);
        else part.Orders!.Add(order, shards => carries && plan.RowsOf(shards).Count > 0, Timestamp());
        if (carries)
        {
            foreach (var one in order.Orders)
            {
                var rows = plan.RowsOf(one.Shards);
                if (rows.Count == 0) continue;
                _channel!.Send(Manager.Life, new FrameDescription(FrameKind.State, part.Frames, Epoch, order.Step, one.Shards),
                    order.CarriedState.Slice(rows.First * job.Model.StateWidth, rows.Count * job.Model.StateWidth));
            }
        }

        int parts = part.Parameters!.Complete(
            order.Step, part.Published!.Parameters, order.BatchRows.Span, order.Orders.Select(one => plan.RowsOf(one.Shards)));
        Say(part, new ComputeRemoteShards(
            Epoch, part.RunId, order.Step, MemoryMarshal.AsBytes(order.BatchRows.Span).ToArray(), carries, [.. order.Orders.Select(ToWire)], parts,
            order.IsAudited, order.IsAudit));
    }

    public void Evaluate(RunShell run, EvaluateShards order)
    {
        if (PartOf(run) is not { } part) return;
        part.Orders!.Add(order);
        Say(part, new EvaluateRemoteShards(
            Epoch, part.RunId, order.Step, [.. order.Orders.Select(ToWire)], part.Parameters!.CompleteAll(order.Step, part.Published!.Parameters)));
    }

    public void Drained(RunShell run)
    {
        if (_parts.TrueForAll(part => part.Run == run)) Tell(node => node.Released());
        if (PartOf(run) is { } part) EndPart(part);
    }

    public void Prepared(PrepareRemoteRun prepare)
    {
        if (PartOf(prepare) is not { } part) return;
        part.Standing.Said++;
        part.Standing.Retry.Reset();
        part.Run.Prepared(this);
    }

    /// <param name="fits">What it has memory for, nothing for none; null where memory is not the reason.</param>
    public void PreparationFailed(PrepareRemoteRun prepare, string reason, MemoryPlan? fits = null)
    {
        if (PartOf(prepare) is not { } part) return;
        if (fits is { } plan) Shrink(part, plan.Threads <= 0 ? null : part.Standing.Plan.SmallerOf(plan), reason);
        else TryLater(part, reason, isOutOfMemory: false);
    }

    public void Tell(Action<NodeShell> arrive) => _world.Network.Send(Manager.Life, _peer.Life, () => arrive(_peer));

    private void SayPrepare(Part part, PrepareRemoteRun prepare)
    {
        int said = ++part.Standing.Said;
        Repeat(() => part.Standing.Said == said && _parts.Contains(part), node => node.Prepare(this, prepare));
    }

    private void SayOffer(OfferReplica offer) => Repeat(() => _offer == offer, node => node.Keep(this, offer));

    private void Repeat(Func<bool> isUnanswered, Action<NodeShell> say)
    {
        if (HasFallen || Manager.HasEnded || !isUnanswered()) return;
        Tell(say);
        if (_world.Bug != Bug.SaidOnce) _world.Timeline.In(Again, Manager.Life, () => Repeat(isUnanswered, say));
    }
}
