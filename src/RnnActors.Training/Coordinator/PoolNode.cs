using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>A node of a run, as <see cref="WorkerPool"/> sees it.</summary>
internal sealed class PoolNode
{
    private readonly RecentMedian _speed = new(), _transfer = new();
    private int _answers;

    /// <param name="number">Of the node in the run.</param>
    /// <param name="name">Null where nobody needs to be told of its coming and going.</param>
    /// <param name="threads">Of each worker.</param>
    public PoolNode(int number, string? name, IEnumerable<WorkerId> workers, int threads = 1)
    {
        (Number, Name, Threads) = (number, name, threads);
        Workers = [.. workers.Select(id => new PoolWorker(id, this))];
    }

    public int Number { get; }

    public string? Name { get; }

    public IReadOnlyList<PoolWorker> Workers { get; }

    /// <summary>Threads of each worker.</summary>
    public int Threads { get; }

    /// <summary>It may be gone: it gets nothing, and what it has is given to others too.</summary>
    public bool IsSuspected { get; set; }

    /// <summary>It gets nothing more, and is released when it has delivered what it has.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>The step whose parameters it was told; -1 for none.</summary>
    public long ParametersOf { get; set; } = -1;

    /// <summary>Rows a second of one of its workers, of late; 0 before it is known. Its workers are as many cores each of one machine, so they count as equally fast.</summary>
    public double Speed => _speed.Value;

    /// <summary>Seconds that a vector takes between the coordinator and the node, of late; 0 before it is known, and where buffers change hands.</summary>
    public double Transfer => _transfer.Value;

    /// <summary>Of the last answer that was measured.</summary>
    public int Rows { get; private set; }

    public bool Has(WorkerId worker) => Workers.Count > 0 && worker.Number >= Workers[0].Id.Number && worker.Number <= Workers[^1].Id.Number;

    /// <summary>A worker's first answer is not counted: it has compiled code and taken memory.</summary>
    /// <param name="seconds">That a worker computed them for.</param>
    /// <param name="transfer">Seconds for a vector, as far as they were waited for.</param>
    public void Measure(int rows, double seconds, double transfer)
    {
        if (_answers++ < Workers.Count || rows == 0 || !(seconds > 0) || !double.IsFinite(transfer) || transfer < 0) return;
        Rows = rows;
        _speed.Add(rows / seconds);
        _transfer.Add(transfer);
    }
}

/// <summary>A worker of a run, as <see cref="WorkerPool"/> sees it.</summary>
internal sealed class PoolWorker(WorkerId id, PoolNode node)
{
    public WorkerId Id { get; } = id;

    public PoolNode Node { get; } = node;

    /// <summary>A deadline passed while it held an order, and it has not answered since.</summary>
    public bool IsLate { get; set; }

    /// <summary>Given and not answered, those of steps and validations that are over included.</summary>
    public List<(ShardOrder Order, long Phase)> Orders { get; } = [];
}
