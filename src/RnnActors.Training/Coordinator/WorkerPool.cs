using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>The orders that one decision gives to a node.</summary>
internal readonly record struct NodeOrders(PoolNode Node, IReadOnlyList<ShardOrder> Orders);

/// <summary>
/// The nodes and workers of a run, and who holds which shards of the present step or validation. Shards of suspects and stragglers are given out again
/// (speculative execution); the first result counts, since all are the same bits.
/// </summary>
internal sealed partial class WorkerPool
{
    private readonly List<PoolNode> _nodes = [];
    private readonly bool[] _delivered;
    private readonly bool[] _held;
    private readonly List<PoolWorker> _receivers = [];
    private readonly List<int> _open = [];
    private readonly ShardAllocator _allocator;
    private readonly ShardFailures _failures;
    private long _phase;
    private int _attempt, _missing;

    /// <param name="shards">S.</param>
    /// <param name="batch">Rows of a batch.</param>
    public WorkerPool(int shards, int batch)
    {
        (_delivered, _held, _missing) = (new bool[shards], new bool[shards], shards);
        _allocator = new ShardAllocator(shards, (double)batch / shards);
        _failures = new ShardFailures(shards);
    }

    public IReadOnlyList<PoolNode> Nodes => _nodes;

    /// <summary>Whether every shard of the phase was delivered.</summary>
    public bool IsComplete => _missing == 0;

    /// <summary>Whether there are open shards and no worker to take them.</summary>
    public bool IsStranded { get; private set; }

    public void Add(PoolNode node) => _nodes.Add(node);

    public PoolNode? Find(int number) => _nodes.Find(node => node.Number == number);

    public PoolNode? NodeOf(WorkerId worker) => WorkerOf(worker)?.Node;

    /// <summary>The number of a new order, unique in this step.</summary>
    public int NextAttempt() => _attempt++;

    public void Remove(PoolNode node) => _nodes.Remove(node);

    /// <summary>Begins a step or a validation: no shard is delivered yet.</summary>
    /// <param name="phase">Its number, higher than any before it.</param>
    public void Begin(long phase)
    {
        // A validation and the step after it share a number, so the orders of both are numbered on.
        if (phase / 2 != _phase / 2) _attempt = 0;
        (_phase, _missing, IsStranded) = (phase, _delivered.Length, false);
        Array.Clear(_delivered);
        _failures.Clear();
        foreach (var node in _nodes)
            foreach (var worker in node.Workers) worker.IsLate = false;
    }

    /// <summary>A worker carried out an order: it is no straggler, and no longer holds orders of earlier phases.</summary>
    public void Delivered(ShardOrder order, long phase)
    {
        if (WorkerOf(order.Worker) is { } worker)
        {
            worker.IsLate = false;
            worker.Orders.RemoveAll(held => held.Phase < phase || (held.Phase == phase && held.Order == order));
        }

        if (phase != _phase) return;
        for (int shard = order.Shards.First; shard < order.Shards.End; shard++)
        {
            if (!_delivered[shard]) _missing--;
            _delivered[shard] = true;
        }
    }

    /// <summary>A worker failed at an order that it got in one of these phases; it no longer holds it.</summary>
    /// <returns>Whether it was of the present phase.</returns>
    public bool Failed(ShardOrder order, long firstPhase, long lastPhase)
    {
        if (WorkerOf(order.Worker) is not { } worker) return false;
        worker.IsLate = false;
        int index = worker.Orders.FindIndex(held => held.Phase >= firstPhase && held.Phase <= lastPhase && held.Order == order);
        if (index < 0) return false;
        bool isPresent = worker.Orders[index].Phase == _phase;
        worker.Orders.RemoveAt(index);
        return isPresent;
    }

    /// <summary>Whether none of the shards is still to be delivered.</summary>
    public bool IsDelivered(ShardRange range) => _delivered.AsSpan(range.First, range.Count).IndexOf(false) < 0;

    /// <summary>Whether the node holds an order of the present phase.</summary>
    public bool IsBusy(PoolNode node) => node.Workers.Any(worker => worker.Orders.Exists(held => held.Phase == _phase));

    /// <summary>The shards of the present phase that the node still holds, as text for people.</summary>
    public string Held(PoolNode node) => string.Join(", ", node.Workers.SelectMany(worker => worker.Orders).Where(held => held.Phase == _phase).Select(held =>
        held.Order.Shards.Count == 1 ? $"{held.Order.Shards.First}" : $"{held.Order.Shards.First}–{held.Order.Shards.End - 1}"));

    /// <summary>How many undelivered shards of the present phase the node holds.</summary>
    public int Owes(PoolNode node) =>
        node.Workers.SelectMany(worker => worker.Orders).Where(held => held.Phase == _phase)
            .SelectMany(held => Enumerable.Range(held.Order.Shards.First, held.Order.Shards.Count)).Distinct().Count(shard => !_delivered[shard]);

    /// <summary>Marks each worker that holds an order of the present phase as a straggler.</summary>
    /// <returns>The nodes of the workers that were not late before.</returns>
    public IReadOnlyList<PoolNode> MarkLate()
    {
        PoolWorker[] late = [.. _nodes.SelectMany(node => node.Workers).Where(worker => !worker.IsLate && worker.Orders.Exists(held => held.Phase == _phase))];
        foreach (var worker in late) worker.IsLate = true;
        return [.. late.Select(worker => worker.Node).Distinct()];
    }

    /// <summary>
    /// Counts a failure of a worker's node, and gives its shards to other nodes. If all of those have failed at them too, or there are none, it gets them
    /// again.
    /// </summary>
    public IReadOnlyList<NodeOrders> Retry(ShardOrder order, string reason)
    {
        if (WorkerOf(order.Worker) is not { } worker) return GiveOut();
        _failures.Add(order.Shards, worker.Node.Number, reason);
        if (!IsFree(worker) || _nodes.Exists(node => node != worker.Node && node.Workers.Count > 0)) return GiveOut();
        var again = new ShardOrder(order.Worker, order.Shards, _attempt++);
        worker.Orders.Add((again, _phase));
        return [new NodeOrders(worker.Node, [again])];
    }

    /// <summary>A shard at which every node has failed, and often enough; null where there is none.</summary>
    /// <param name="reason">Why the last node failed.</param>
    public int? FindHopeless(out string reason)
    {
        reason = _failures.Reason;
        if (_failures.IsEmpty) return null;
        PoolNode[] nodes = [.. _nodes.Where(node => node.Workers.Count > 0)];
        for (int shard = 0; nodes.Length > 0 && shard < _delivered.Length; shard++)
            if (!_delivered[shard] && _failures.IsHopeless(shard, nodes)) return shard;
        return null;
    }

    /// <summary>
    /// Whether a worker may get work. If one worker of a node is a straggler, the whole node may hang and gets nothing while there are others.
    /// </summary>
    private bool IsFree(PoolWorker worker)
    {
        if (worker.Node.IsLeaving || worker.Node.IsSuspected) return false;
        foreach (var neighbour in worker.Node.Workers)
            if (neighbour.IsLate) return false;
        foreach (var held in worker.Orders)
            if (held.Phase < _phase) return false;
        return true;
    }

    private PoolWorker? WorkerOf(WorkerId id)
    {
        foreach (var node in _nodes)
            foreach (var worker in node.Workers)
                if (worker.Id == id) return worker;
        return null;
    }
}
