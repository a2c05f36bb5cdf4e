using System.Diagnostics;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Times whole training steps of the local actors: what <c>train</c> does, without checkpoints.</summary>
internal static class TrainingBenchmark
{
    /// <summary>The number of shards that a specification has unless it says otherwise.</summary>
    private const int DefaultShards = 8;

    private const int Turns = 5;

    public static async Task<WorkloadResult> MeasureAsync(Workload workload, int threads, TimeSpan wanted)
    {
        TimeSpan? first = null;
        var times = await TimeAsync(workload.CreateJob(ShardsFor(workload, threads)), threads, wanted, () => first ??= SinceStart()).ConfigureAwait(false);
        return new WorkloadResult("train", threads, workload.Name, times, workload.Tokens, workload.TrainingFlops) { FirstStep = first };
    }

    /// <summary>
    /// How much longer one worker's step takes with the usual shards and their tree than with one shard, as a share. Both are measured in turns, and the median
    /// of the turns counts, so that a machine that is slower for a while is not taken for either.
    /// </summary>
    public static async Task<double> TreeCostAsync(Workload workload, TimeSpan wanted)
    {
        double[] costs = new double[Turns];
        for (int turn = 0; turn < Turns; turn++)
        {
            var sharded = await TimeAsync(workload.CreateJob(ShardsFor(workload, 1)), threads: 1, wanted / Turns).ConfigureAwait(false);
            var whole = await TimeAsync(workload.CreateJob(shards: 1), threads: 1, wanted / Turns).ConfigureAwait(false);
            costs[turn] = (sharded.Median / whole.Median) - 1;
        }

        Array.Sort(costs);
        return costs[Turns / 2];
    }

    /// <summary>Eight, or fewer where there are fewer rows; more where there are more threads, so that each has something to do.</summary>
    /// <param name="what">What each of the threads is to the user.</param>
    /// <exception cref="InvalidInputException">There are more threads than rows.</exception>
    public static int ShardsFor(Workload workload, int threads, string what = "threads") => threads > workload.Batch
        ? throw new InvalidInputException($"{workload.Name} has {workload.Batch} rows, so that {threads} {what} find no work", $"Ask for fewer --{what}, or leave it out with --filter")
        : Math.Min(workload.Batch, Math.Max(DefaultShards, threads));

    /// <summary>Trains with local actors until enough steps are timed.</summary>
    /// <param name="stepped">Called after each step.</param>
    public static async Task<StepTimes> TimeAsync(TrainingJob job, int threads, TimeSpan wanted, Action? stepped = null, CancellationToken cancellation = default)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var clock = new StepClock(wanted, TimeProvider.System);
        var options = new LocalTrainingOptions
        {
            Workers = threads,
            Observe = happened =>
            {
                if (happened is not StepDone) return;
                stepped?.Invoke();
                if (!enough.IsCancellationRequested && clock.StepEnded()) enough.Cancel();
            },
        };
        await LocalTraining.RunAsync(job, options, enough.Token).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return clock.Times;
    }

    /// <summary>How long this process has been running.</summary>
    private static TimeSpan SinceStart()
    {
        using var process = Process.GetCurrentProcess();
        return DateTime.Now - process.StartTime;
    }
}
