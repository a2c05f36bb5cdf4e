using Akka.Actor;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Aggregation;

/// <summary>
/// Reduces the gradients of a node's workers before they are sent to aggregators in another process. It adds them as far as the node's shards go in the
/// reduction tree, and sends each sum once, part by part. Without a <see cref="ReduceShards"/> before it, a gradient is sent as it comes.
/// </summary>
public sealed class NodeReducer : ReceiveActor
{
    private readonly int _shards;
    private readonly Action<GradientPart> _send;
    private readonly Dictionary<int, OutgoingSums<GradientBuffer>> _parts = [];
    private readonly List<IReadOnlyList<ShardRange>> _given = [];
    private long _step = -1;

    /// <param name="shards">S.</param>
    /// <param name="send">Sends a sum, or queues it and returns. The buffer is not written to until its worker gets shards of another step.</param>
    public NodeReducer(int shards, Action<GradientPart> send)
    {
        (_shards, _send) = (shards, send);
        Receive<ReduceShards>(reduce =>
        {
            if (!Enter(reduce.Step)) return;
            _given.Add(reduce.Shards);
            foreach (var sums in _parts.Values) sums.Await(reduce.Shards);
        });
        Receive<GradientPart>(part =>
        {
            if (Enter(part.Step)) SumsOf(part.First, part.Length).Add(part.TreeNode, part.Gradient);
        });
    }

    public static Props Props(int shards, Action<GradientPart> send) =>
        Akka.Actor.Props.Create(() => new NodeReducer(shards, send)).WithDispatcher(Dispatchers.Compute);

    /// <summary>Whether a message belongs to the present or a new step; older ones are dropped.</summary>
    private bool Enter(long step)
    {
        if (step < _step) return false;
        if (step > _step)
        {
            _given.Clear();
            foreach (var sums in _parts.Values) sums.Clear();
        }

        _step = step;
        return true;
    }

    private OutgoingSums<GradientBuffer> SumsOf(int first, int length)
    {
        if (_parts.TryGetValue(first, out var known)) return known;
        var sums = _parts[first] = new OutgoingSums<GradientBuffer>(_shards, (left, right) =>
        {
            left.Add(right, first, length);
            return left;
        }, (node, sum) => _send(new GradientPart(_step, node, sum, first, length)));
        foreach (var given in _given) sums.Await(given);
        return sums;
    }
}
