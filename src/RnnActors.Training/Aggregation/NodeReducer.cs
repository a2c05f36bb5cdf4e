using Akka.Actor;
using RnnActors.Core.Kernels;
using RnnActors.Core.Sharding;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Aggregation;

/// <summary>
/// In place of the aggregators where these are in another process: sums the gradients of a node's workers as far as the node's shards go in the reduction tree, so that
/// little is sent, and hands each sum over to be sent once. Without a <see cref="ReduceShards"/> before it a gradient is sent as it comes.
/// </summary>
public sealed class NodeReducer : ReceiveActor
{
    private readonly NodeSums<AlignedBuffer> _sums;
    private long _step = -1;

    /// <param name="shards">S.</param>
    /// <param name="send">Sends a sum, or queues it and returns. The buffer is left alone until its worker is given shards of another step.</param>
    public NodeReducer(int shards, Action<GradientPartial> send)
    {
        _sums = new NodeSums<AlignedBuffer>(shards, Add, (node, sum) => send(new GradientPartial(_step, node, sum)));
        Receive<ReduceShards>(reduce =>
        {
            if (Enter(reduce.Step)) _sums.Await(reduce.Shards);
        });
        Receive<GradientPartial>(partial =>
        {
            if (Enter(partial.Step)) _sums.Add(partial.Node, partial.Gradient);
        });
    }

    public static Props Props(int shards, Action<GradientPartial> send) =>
        Akka.Actor.Props.Create(() => new NodeReducer(shards, send)).WithDispatcher(Dispatchers.Compute);

    /// <summary>What belongs to a step that is over is left aside.</summary>
    private bool Enter(long step)
    {
        if (step < _step) return false;
        if (step > _step) _sums.Clear();
        _step = step;
        return true;
    }

    private static AlignedBuffer Add(AlignedBuffer left, AlignedBuffer right)
    {
        GradientSum.Add(left.Span, right.Span);
        return left;
    }
}
