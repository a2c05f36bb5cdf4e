using System.Diagnostics;
using System.Runtime.InteropServices;
using Akka.Actor;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>Orders to compute, and their answers.</summary>
internal sealed partial class RemoteNode
{
    private void Publish(Part part, ParametersPublished published)
    {
        part.Inbox!.Begin(published.Step);
        PassOn(part);
        // For the traffic, a validation and the step after it count as one step.
        if (published.Step != part.Published?.Step) _traffic.Begin(_channel!.BytesSent, _channel.BytesReceived);
        part.Published = published;
    }

    private void Compute(Part part, ComputeShards order)
    {
        var job = part.Training!;
        bool carries = !order.CarriedState.IsEmpty;
        var plan = new ShardPlan(order.BatchRows.Length, job.Training.Shards);
        if (order.IsAudit) part.Orders!.AddAudit(order);
        else part.Orders!.Add(order, shards => carries && plan.RowsOf(shards).Count > 0, Stopwatch.GetTimestamp());
        if (carries)
        {
            foreach (var one in order.Orders)
            {
                var rows = plan.RowsOf(one.Shards);
                if (rows.Count == 0) continue;
                _channel!.Send(
                    new FrameDescription(FrameKind.State, part.Frames, _epoch, order.Step, one.Shards),
                    order.CarriedState.Slice(rows.First * job.Model.StateWidth, rows.Count * job.Model.StateWidth));
            }
        }

        int parts = part.Parameters!.Complete(
            part.Published!.Version, part.Published.Parameters, order.BatchRows.Span, order.Orders.Select(one => plan.RowsOf(one.Shards)));
        Say(part, new ComputeRemoteShards(
            _epoch, part.RunId, order.Step, MemoryMarshal.AsBytes(order.BatchRows.Span).ToArray(), carries, [.. order.Orders.Select(ToWire)], parts,
            order.IsAudited, order.IsAudit, part.Trace?.ContextOf(order.Step)));
    }

    private void Say(Part part, IStepMessage message) =>
        _channel!.Tell(new FrameDescription(FrameKind.Message, part.Frames, _epoch), WireSerializer.Pack(message));

    /// <summary>Passes on the answers whose floats have arrived. Answers to a step that is over need none.</summary>
    private void PassOn(Part part)
    {
        for (int i = 0; i < part.Held.Count; i++)
        {
            var (computed, sending) = part.Held[i];
            var order = FromWire(computed.Order);
            bool isOver = computed.Step != part.Inbox!.Step;
            if (!isOver && !part.Inbox.Holds(order.Shards, computed.CarriesState)) continue;
            part.Held.RemoveAt(i--);
            if (part.Trace is { } trace) Trace(part, trace, computed.Step, order, sending);
            part.Coordinator.Tell(new ShardsComputed(
                computed.Step, order,
                [.. computed.Losses.Select(loss => new TreeNodeLoss(new ShardRange(loss.FirstShard, loss.Shards), FromWire(loss.Loss), loss.NotFinite))],
                computed.CarriesState && !isOver ? part.Inbox.StateOf(order.Shards) : default, computed.Seconds,
                isOver ? 0 : sending.Transfer(computed.Seconds, Stopwatch.GetTimestamp()), computed.Audited?.Select(FromWire).ToArray()));
        }
    }

    /// <summary>Traces an order from its sending until its floats have arrived. The time that is not computing is transfer.</summary>
    private void Trace(Part part, RunTrace trace, long step, ShardOrder order, OutstandingOrders.Sending sending) => TrainingActivities.End(
        trace.BeginPart("exchange shards", step, order.Shards, order.Worker.Number, DateTimeOffset.UtcNow - Stopwatch.GetElapsedTime(sending.Since))?
            .SetTag(TrainingActivities.NodeTag, _node.Name)
            .SetTag(TrainingActivities.BytesTag, (long)sending.Vectors * part.Training!.Model.Layout.Length * sizeof(float)));

    private static WireOrder ToWire(ShardOrder order) => new(order.Worker.Number, order.Shards.First, order.Shards.Count, order.Attempt);

    private static ShardOrder FromWire(WireOrder order) => new(new WorkerId(order.Worker), new ShardRange(order.FirstShard, order.Shards), order.Attempt);

    private static AuditedSum FromWire(WireAuditedSum sum) => new(new ShardRange(sum.FirstShard, sum.Shards), sum.Hash);

    private static LossSum FromWire(WireLoss loss) => new(loss.Sum, loss.Count, loss.Correct, loss.Weight);
}
