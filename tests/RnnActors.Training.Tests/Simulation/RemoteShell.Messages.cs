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
            case RemoteShardsComputed computed when PartOf(computed.Epoch, computed.RunId) is { } part: Take(part, computed); break;
            case GradientInbox.Arrived:
                foreach (var part in _parts.ToArray()) PassOn(part);
                break;
            case RemoteShardsEvaluated evaluated when PartOf(evaluated.Epoch, evaluated.RunId) is { } part:
                var order = FromWire(evaluated.Order);
                if (part.Orders!.Take(evaluated.Step, order, evaluated, out string? problem))
                    part.Run.Evaluated(new ShardsEvaluated(evaluated.Step, order, [.. evaluated.Losses.Select(FromWire)], evaluated.Seconds));
                else FallFor(problem);
                break;
            case RemoteShardsLost lost when PartOf(lost.Epoch, lost.RunId) is { } part:
                if (part.Orders!.Take(lost.Step, FromWire(lost.Order)))
                    part.Run.Lost(new ShardsLost(lost.Step, FromWire(lost.Order), lost.Reason, lost.IsOutOfMemory));
                break;
            case RemoteShardsAudited audited when PartOf(audited.Epoch, audited.RunId) is { } part:
                if (part.Orders!.Take(audited.Step, FromWire(audited.Order), audited, out problem))
                    part.Run.Audited(new ShardsAudited(audited.Step, FromWire(audited.Order), FromWire(audited.Sum)));
                else FallFor(problem);
                break;
        }
    }

    private Part? PartOf(long epoch, string runId) => epoch != Epoch ? null
        : (_world.Bug == Bug.AnswerOfAnotherRun ? _parts.FirstOrDefault() : PartOf(runId)) is { IsPrepared: true } part ? part : null;

    private void Take(Part part, RemoteShardsComputed computed)
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
    }

    private void FallFor(string? problem)
    {
        if (problem is not null) _world.Fail($"an honest node was turned out: {problem}");
    }

    private void PassOn(Part part)
    {
        for (int i = 0; i < part.Held.Count && _parts.Contains(part) && part.Inbox is not null; i++)
        {
            var (computed, sending) = part.Held[i];
            var order = FromWire(computed.Order);
            bool isOver = computed.Step != part.Inbox!.Step;
            if (!isOver && !part.Inbox.Holds(order.Shards, computed.CarriesState)) continue;
            part.Held.RemoveAt(i--);
            part.Run.Computed(new ShardsComputed(
                computed.Step, order,
                [.. computed.Losses.Select(loss => new TreeNodeLoss(new ShardRange(loss.FirstShard, loss.Shards), FromWire(loss.Loss), loss.NotFinite))],
                computed.CarriesState && !isOver ? part.Inbox.StateOf(order.Shards) : default, computed.Seconds,
                isOver ? 0 : sending.Transfer(computed.Seconds, Timestamp()), computed.Audited?.Select(FromWire).ToArray()));
        }
    }

    private void Say(Part part, IStepMessage message) =>
        _channel!.Tell(Manager.Life, new FrameDescription(FrameKind.Message, part.Frames, Epoch), WireSerializer.Pack(message));

    private long Timestamp() => (long)(_world.Timeline.Now.TotalSeconds * Stopwatch.Frequency) + 1;

    private static WireOrder ToWire(ShardOrder order) => new(order.Worker.Number, order.Shards.First, order.Shards.Count, order.Attempt);

    private static ShardOrder FromWire(WireOrder order) => new(new WorkerId(order.Worker), new ShardRange(order.FirstShard, order.Shards), order.Attempt);

    private static AuditedSum FromWire(WireAuditedSum sum) => new(new ShardRange(sum.FirstShard, sum.Shards), sum.Hash);

    private static LossSum FromWire(WireLoss loss) => new(loss.Sum, loss.Count, loss.Correct, loss.Weight);
}
