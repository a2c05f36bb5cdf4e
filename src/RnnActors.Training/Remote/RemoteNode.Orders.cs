using System.Diagnostics;
using System.Runtime.InteropServices;
using Akka.Actor;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>Orders to compute, on their way to the node and back.</summary>
internal sealed partial class RemoteNode
{
    private void Publish(ParametersPublished published)
    {
        _part!.Inbox!.Begin(published.Step);
        PassOn();
        // A validation and the step after it are one turn of the traffic.
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

        int parts = _part.Parameters!.Complete(
            _published!.Version, _published.Parameters, order.BatchRows.Span, order.Orders.Select(one => plan.RowsOf(one.Shards)));
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
}
