using RnnActors.Core.Sharding;

namespace RnnActors.Core.Training;

/// <summary>
/// How a process trains when memory is short: with fewer threads, and at last with one thread that computes few rows at a time. It changes speed and memory,
/// but no bit of the parameters.
/// </summary>
/// <param name="Threads">Number of computing threads.</param>
/// <param name="InSmallRounds">Whether a worker computes as few rows at a time as it can, to have the fewest activations.</param>
public readonly record struct MemoryPlan(int Threads, bool InSmallRounds = false)
{
    /// <summary>The next smaller plan: half of the threads, or small rounds; null where there is none.</summary>
    public MemoryPlan? Smaller() => Threads > 1 ? new MemoryPlan(Threads / 2) : InSmallRounds ? null : new MemoryPlan(1, InSmallRounds: true);

    /// <summary>What to do when a process that was asked for this plan offers another: the smaller of its offer and the next smaller plan; null where there is
    /// no smaller plan.</summary>
    public MemoryPlan? SmallerOf(MemoryPlan offered) => Smaller() is not { } less ? null
        : less.Threads < offered.Threads || (less.Threads == offered.Threads && less.InSmallRounds) ? less : offered;

    /// <summary>The largest plan that may fit, starting with this one.</summary>
    /// <param name="limit">Bytes that the process may use: <see cref="GCMemoryInfo.TotalAvailableMemoryBytes"/> follows heap limits and containers.</param>
    /// <returns>Null where not even the smallest plan may fit.</returns>
    public MemoryPlan? Fitting(TrainingJob job, long limit, bool isRemote)
    {
        MemoryPlan? plan = this;
        while (plan is { } one && one.MinBytes(job, isRemote) > limit) plan = one.Smaller();
        return plan;
    }

    /// <summary>
    /// A lower bound of the memory of parameters, packed weights, gradients and activations, in bytes. Data, runtime and network buffers come on top. So a plan
    /// that needs more than the limit cannot work, but one that needs less may still fail.
    /// </summary>
    /// <param name="isRemote">Whether the parameters arrive over the network, into two buffers: the next version is received while one is read.</param>
    public long MinBytes(TrainingJob job, bool isRemote) => MinBytes(job, job.TeamsOf(Threads), InSmallRounds, isRemote);

    /// <summary>The same lower bound for a given arrangement of threads, in the process of the run.</summary>
    public static long MinBytes(TrainingJob job, WorkerTeams teams) => MinBytes(job, teams, inSmallRounds: false, isRemote: false);

    /// <summary>
    /// A lower bound of the memory of a run's state in the process that coordinates it, in bytes: parameters, moments, averaged and best parameters. It comes
    /// on top of <see cref="MinBytes(TrainingJob, bool)"/> where that process has workers too.
    /// </summary>
    public static long StateBytes(TrainingJob job) => sizeof(float) * (long)job.Model.Layout.Length
        * (1 + job.Training.Optimizer.Moments.Count + (job.Training.Averaging is null ? 0 : 1) + (job.Validation is null ? 0 : 1));

    private static long MinBytes(TrainingJob job, WorkerTeams teams, bool inSmallRounds, bool isRemote)
    {
        var (model, training, data) = (job.Model, job.Training, job.Data);
        long vector = model.Layout.Length;
        int batch = data.Streams > 0 ? data.Streams : training.Batch, capacity = (training.Shards + teams.Workers - 1) / teams.Workers;
        int cuts = inSmallRounds ? ShardRounds.CutsOfLeastMemory(model, data.MeanSteps, batch, training.Shards, capacity) : ShardRounds.CutsFor(model);
        int roundRows = inSmallRounds ? 1 : ShardRounds.RowsFor(model, data.Steps, data.MeanSteps);
        long rows = ShardRounds.MaxRows(batch, training.Shards, capacity, roundRows, cuts);
        long worker = vector + (rows * ShardRounds.ValuesOfRow(model, data.MeanSteps));
        return sizeof(float) * ((vector * (isRemote ? 3 : 1)) + (teams.Workers * worker));
    }
}
