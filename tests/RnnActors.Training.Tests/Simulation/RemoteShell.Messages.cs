using System.Diagnostics;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>What goes over the channel between a coordinator and a node, and in what order.</summary>
internal sealed partial class RemoteShell
{
    private void Hear(object message)
    {
        if (HasFallen || Manager.HasEnded) return;
        switch (message)
        {
            case ChannelSink.ChannelBroken broken: Fall(broken.Reason); break;
            case ChannelSink.FileArrived arrived: Manager.FileCame(this, arrived.File, null); break;
            case ChannelSink.FileFailed failed: Manager.FileCame(this, failed.File, failed.Reason); break;
            case RemoteShardsComputed computed when IsOfPart(computed.Epoch, computed.RunId): Take(computed); break;
            case GradientInbox.Arrived when _part?.Inbox is not null: PassOn(); break;
            case RemoteShardsEvaluated evaluated when IsOfPart(evaluated.Epoch, evaluated.RunId):
                var order = FromWire(evaluated.Order);
                if (_part!.Orders!.Take(evaluated.Step, order, evaluated, out string? problem))
                    _part.Run.Evaluated(new ShardsEvaluated(evaluated.Step, order, [.. evaluated.Losses.Select(FromWire)], evaluated.Seconds));
                else FallFor(problem);
                break;
            case RemoteShardsLost lost when IsOfPart(lost.Epoch, lost.RunId):
                if (_part!.Orders!.Take(lost.Step, FromWire(lost.Order)))
                    _part.Run.Lost(new ShardsLost(lost.Step, FromWire(lost.Order), lost.Reason, lost.IsOutOfMemory));
                break;
            case RemoteShardsAudited audited when IsOfPart(audited.Epoch, audited.RunId):
                if (_part!.Orders!.Take(audited.Step, FromWire(audited.Order), audited, out problem))
                    _part.Run.Audited(new ShardsAudited(audited.Step, FromWire(audited.Order), FromWire(audited.Sum)));
                else FallFor(problem);
                break;
        }
    }

    private bool IsOfPart(long epoch, string runId) => epoch == Epoch && _part is { Job: not null } part && part.RunId == runId;

    private void Take(RemoteShardsComputed computed)
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
    }

    private void FallFor(string? problem)
    {
        if (problem is not null) _world.Fail($"an honest node was turned out: {problem}");
    }

    private void PassOn()
    {
        for (int i = 0; i < _held.Count && _part is not null; i++)
        {
            var (computed, sending) = _held[i];
            var order = FromWire(computed.Order);
            bool isOver = computed.Step != _part.Inbox!.Step;
            if (!isOver && !_part.Inbox.Holds(order.Shards, computed.CarriesState)) continue;
            _held.RemoveAt(i--);
            _part.Run.Computed(new ShardsComputed(
                computed.Step, order,
                [.. computed.Losses.Select(loss => new TreeNodeLoss(new ShardRange(loss.FirstShard, loss.Shards), FromWire(loss.Loss), loss.NotFinite))],
                computed.CarriesState && !isOver ? _part.Inbox.StateOf(order.Shards) : default, computed.Seconds,
                isOver ? 0 : sending.Transfer(computed.Seconds, Timestamp()), computed.Audited?.Select(FromWire).ToArray()));
        }
    }

    private void Say(IStepMessage message) =>
        _channel!.Tell(Manager.Life, new FrameDescription(FrameKind.Message, _part!.Frames, Epoch), WireSerializer.Pack(message));

    private long Timestamp() => (long)(_world.Timeline.Now.TotalSeconds * Stopwatch.Frequency) + 1;

    private static WireOrder ToWire(ShardOrder order) => new(order.Worker.Number, order.Shards.First, order.Shards.Count, order.Attempt);

    private static ShardOrder FromWire(WireOrder order) => new(new WorkerId(order.Worker), new ShardRange(order.FirstShard, order.Shards), order.Attempt);

    private static AuditedSum FromWire(WireAuditedSum sum) => new(new ShardRange(sum.FirstShard, sum.Shards), sum.Hash);

    private static LossSum FromWire(WireLoss loss) => new(loss.Sum, loss.Count, loss.Correct, loss.Weight);
}
