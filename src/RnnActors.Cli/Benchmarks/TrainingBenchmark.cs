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

    /// <summary>Multiply-adds of a chain that take a few milliseconds.</summary>
    private const int PeakLength = 1_000_000;

    public static async Task<WorkloadResult> MeasureAsync(Workload workload, int threads, TimeSpan wanted)
    {
        TimeSpan? first = null;
        var times = await TimeAsync(workload.CreateJob(ShardsFor(workload, threads)), threads, wanted, () => first ??= SinceStart()).ConfigureAwait(false);
        return new WorkloadResult("train", threads, workload.Name, times, workload.Tokens, workload.TrainingFlops) { FirstStep = first };
    }

    /// <summary>With several numbers of threads, by turns; of all but the first, how many times as fast they are as the first.</summary>
    public static async Task<IReadOnlyList<WorkloadResult>> MeasureAsync(Workload workload, IReadOnlyList<int> threads, TimeSpan wanted)
    {
        var times = await TimeByTurnsAsync([.. threads.Select(number => (workload.CreateJob(ShardsFor(workload, number)), number))], wanted).ConfigureAwait(false);
        return [.. threads.Select((number, run) => new WorkloadResult("train", number, workload.Name, times[run].Steps, workload.Tokens, workload.TrainingFlops)
        {
            Speedup = run == 0 ? null : new Speedup(times[run].FasterThan(times[0]), threads[0]),
        })];
    }

    /// <summary>How much longer one worker's step takes with the usual shards and their tree than with one shard, as a share.</summary>
    public static async Task<Spread> TreeCostAsync(Workload workload, TimeSpan wanted)
    {
        var times = await TimeByTurnsAsync([(workload.CreateJob(shards: 1), 1), (workload.CreateJob(ShardsFor(workload, 1)), 1)], wanted).ConfigureAwait(false);
        return times[1].LongerThan(times[0]);
    }

    /// <summary>What one worker's step holds of the fused multiply-adds that its processor can do, as its thread does them by turns with its steps.</summary>
    public static async Task<Spread> ShareOfPeakAsync(Workload workload, TimeSpan wanted)
    {
        var clock = new TurnClock(runs: 2, wanted, TimeProvider.System);
        bool hasBegun = false;
        double flops = 0;
        await TrainAsync(workload.CreateJob(ShardsFor(workload, 1)), threads: 1, GoesOn).ConfigureAwait(false);
        return Spread.Of(clock.Times[1].Beside(clock.Times[0]).Select(ratio => ratio * workload.TrainingFlops / flops));

        bool GoesOn()
        {
            if (hasBegun)
            {
                if (!clock.StepEnded()) return true;
                if (clock.IsOver) return false;
                clock.Begin();
                do flops = FmaPeak.Run(PeakLength);
                while (!clock.StepEnded());
            }

            hasBegun = true;
            clock.Begin();
            return true;
        }
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
        var clock = new StepClock(wanted, TimeProvider.System);
        await TrainAsync(job, threads, GoesOn, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return clock.Times;

        bool GoesOn()
        {
            stepped?.Invoke();
            return !clock.StepEnded();
        }
    }

    /// <summary>Trains in several ways with local actors, which take turns, until enough steps are timed.</summary>
    private static async Task<IReadOnlyList<TurnTimes>> TimeByTurnsAsync(IReadOnlyList<(TrainingJob Job, int Threads)> ways, TimeSpan wanted)
    {
        var clock = new TurnClock(ways.Count, wanted, TimeProvider.System);
        using var turns = new StepTurns(ways.Count, clock);
        await Task.WhenAll(ways.Select(TakeTurnsAsync)).ConfigureAwait(false);
        return clock.Times;

        async Task TakeTurnsAsync((TrainingJob Job, int Threads) way, int run)
        {
            try
            {
                await TrainAsync(way.Job, way.Threads, () => turns.StepEnded(run)).ConfigureAwait(false);
            }
            finally
            {
                turns.End(); // a run that failed is waited for by nobody
            }
        }
    }

    /// <summary>Trains with local actors.</summary>
    /// <param name="goesOn">Asked after each step, until it says no.</param>
    private static async Task TrainAsync(TrainingJob job, int threads, Func<bool> goesOn, CancellationToken cancellation = default)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var options = new LocalTrainingOptions
        {
            Workers = threads,
            Observe = happened =>
            {
                if (happened is StepDone && !enough.IsCancellationRequested && !goesOn()) enough.Cancel();
            },
        };
        await LocalTraining.RunAsync(job, options, enough.Token).ConfigureAwait(false);
    }

    /// <summary>How long this process has been running.</summary>
    private static TimeSpan SinceStart()
    {
        using var process = Process.GetCurrentProcess();
        return DateTime.Now - process.StartTime;
    }
}
