using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>How open shards are dealt to workers.</summary>
internal sealed partial class WorkerPool
{
    /// <summary>Gives out every shard that no reliable worker holds. Shards at which a node has failed go to others that have not.</summary>
    public IReadOnlyList<NodeOrders> GiveOut()
    {
        Choose(worker => IsFree(worker) && worker.Orders.Count == 0);
        if (_receivers.Count == 0) Choose(IsFree);
        bool isReliable = _receivers.Count > 0;

        // No worker is reliable: the others get the shards too, once, since they may still answer.
        if (!isReliable) Choose(worker => !worker.Node.IsLeaving);
        FindOpen(worker => !isReliable || (!worker.IsLate && !worker.Node.IsSuspected));
        IsStranded = _open.Count > 0 && _receivers.Count == 0;
        if (_open.Count == 0 || IsStranded) return [];
        if (_failures.IsEmpty || !_open.Exists(_failures.Has)) return Deal();
        return DealUntried(isReliable ? [.. _nodes.SelectMany(node => node.Workers).Where(IsFree)] : [.. _receivers]);
    }

    /// <summary>Deals the open shards. One that has failed goes to a node that has failed at it least often, even if it is busy.</summary>
    private List<NodeOrders> DealUntried(PoolWorker[] receivers)
    {
        int[] failed = [.. _open.Where(_failures.Has)];
        _open.RemoveAll(_failures.Has);
        List<NodeOrders> dealt = _open.Count > 0 ? Deal() : [];
        foreach (var group in failed.GroupBy(FewestFailures).Where(group => group.Key < ShardFailures.Max))
        {
            _open.Clear();
            _receivers.Clear();
            _open.AddRange(group);
            PoolWorker[] best = [.. receivers.Where(worker => group.All(shard => _failures.Times(shard, worker.Node.Number) == group.Key))];
            _receivers.AddRange(best.Any(IsIdle) ? best.Where(IsIdle) : best);

            // Where no node is the best for all shards, each shard goes to its own best node.
            if (_receivers.Count > 0) dealt.AddRange(Deal());
            else foreach (int shard in group) DealOne(shard);
        }

        return dealt;

        static bool IsIdle(PoolWorker worker) => worker.Orders.Count == 0;

        int FewestFailures(int shard) => receivers.Min(worker => _failures.Times(shard, worker.Node.Number));

        void DealOne(int shard)
        {
            _open.Clear();
            _receivers.Clear();
            _open.Add(shard);
            _receivers.Add(receivers.MinBy(worker => _failures.Times(shard, worker.Node.Number))!);
            dealt.AddRange(Deal());
        }
    }

    private void Choose(Func<PoolWorker, bool> isChosen)
    {
        _receivers.Clear();
        foreach (var node in _nodes)
            foreach (var worker in node.Workers)
                if (isChosen(worker)) _receivers.Add(worker);
    }

    private void FindOpen(Func<PoolWorker, bool> isReliable)
    {
        _delivered.CopyTo(_held, 0);
        foreach (var node in _nodes)
        {
            foreach (var worker in node.Workers)
            {
                if (!isReliable(worker)) continue;
                foreach (var (order, phase) in worker.Orders)
                    if (phase == _phase) _held.AsSpan(order.Shards.First, order.Shards.Count).Fill(true);
            }
        }

        _open.Clear();
        for (int shard = 0; shard < _held.Length; shard++)
            if (!_held[shard]) _open.Add(shard);
    }

    /// <summary>Deals the open shards to the receivers, both in order. A worker's part is one range, or several with delivered shards in between.</summary>
    private List<NodeOrders> Deal()
    {
        int[] counts = _allocator.Cut(_open.Count, _receivers);
        var dealt = new List<NodeOrders>();
        List<ShardOrder>? orders = null;
        int next = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            var worker = _receivers[i];
            for (int end = next + counts[i]; next < end;)
            {
                int first = next++;
                while (next < end && _open[next] == _open[next - 1] + 1) next++;
                var order = new ShardOrder(worker.Id, new ShardRange(_open[first], next - first), _attempt);
                worker.Orders.Add((order, _phase));
                if (dealt.Count == 0 || dealt[^1].Node != worker.Node) dealt.Add(new NodeOrders(worker.Node, orders = []));
                orders!.Add(order);
            }
        }

        _attempt++;
        return dealt;
    }
}
