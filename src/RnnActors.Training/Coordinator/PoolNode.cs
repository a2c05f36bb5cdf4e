using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>A node of a run: its workers, its state and its measured speed.</summary>
internal sealed class PoolNode
{
    private readonly RecentMedian _speed = new(), _transfer = new();
    private int _answers;

    /// <param name="number">The node's number in the run.</param>
    /// <param name="name">Null for the workers of a run in one process, whose coming and going is not published.</param>
    /// <param name="threads">Threads of each worker.</param>
    public PoolNode(int number, string? name, IEnumerable<WorkerId> workers, int threads = 1)
    {
        (Number, Name, Threads) = (number, name, threads);
        Workers = [.. workers.Select(id => new PoolWorker(id, this))];
    }

    public int Number { get; }

    public string? Name { get; }

    /// <summary>The id of its process; null if it is not known.</summary>
    public string? Process { get; init; }

    public IReadOnlyList<PoolWorker> Workers { get; }

    /// <summary>Threads of each worker.</summary>
    public int Threads { get; }

    /// <summary>It may be lost: it gets no more work, and its shards are computed by others too (speculative execution).</summary>
    public bool IsSuspected { get; set; }

    /// <summary>It is leaving: it gets no more work, and is released when it has delivered.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>How many updates had been made when it joined.</summary>
    public long Since { get; init; }

    /// <summary>The <see cref="ParametersVersion"/> of the parameters that it was sent last; -1 for none.</summary>
    public long Parameters { get; set; } = -1;

    /// <summary>Rows a second of one of its workers, as a recent median; 0 before it is known. The workers of a node count as equally fast.</summary>
    public double Speed => _speed.Value;

    /// <summary>Seconds to send a vector between coordinator and node, as a recent median; 0 before it is known, and where buffers change hands.</summary>
    public double Transfer => _transfer.Value;

    /// <summary>Rows of the last measured answer.</summary>
    public int Rows { get; private set; }

    public bool Has(WorkerId worker) => Workers.Count > 0 && worker.Number >= Workers[0].Id.Number && worker.Number <= Workers[^1].Id.Number;

    /// <summary>Adds a measurement. A worker's first answer is not counted, since it compiles code and allocates memory.</summary>
    /// <param name="seconds">Seconds that a worker computed.</param>
    /// <param name="transfer">Seconds for each vector sent that computing did not hide.</param>
    public void Measure(int rows, double seconds, double transfer)
    {
        if (_answers++ < Workers.Count || rows == 0 || !(seconds > 0) || !double.IsFinite(transfer) || transfer < 0) return;
        Rows = rows;
        _speed.Add(rows / seconds);
        _transfer.Add(transfer);
    }
}

/// <summary>A worker of a run and the orders that it holds.</summary>
internal sealed class PoolWorker(WorkerId id, PoolNode node)
{
    public WorkerId Id { get; } = id;

    public PoolNode Node { get; } = node;

    /// <summary>It is a straggler: a deadline passed while it held an order, and it has not answered since.</summary>
    public bool IsLate { get; set; }

    /// <summary>Orders without an answer, including those of steps and validations that are over.</summary>
    public List<(ShardOrder Order, long Phase)> Orders { get; } = [];
}
