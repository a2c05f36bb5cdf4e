using System.Diagnostics;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Arrangement;
using RnnActors.Training.Local;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Times whole training steps of the local actors, as <c>train</c> runs them, without checkpoints.</summary>
internal static class TrainingBenchmark
{
    /// <summary>The default number of shards of a specification.</summary>
    private const int DefaultShards = 8;

    /// <summary>The length of a chain of multiply-adds that takes a few milliseconds.</summary>
    private const int PeakLength = 1_000_000;

    /// <summary>The mode of whole training steps.</summary>
    public const string Train = "train";

    private static readonly WorkerTeams Alone = new(Workers: 1, ThreadsOfEach: 1);

    public static async Task<WorkloadResult> MeasureAsync(ITrainingWorkload workload, int threads, TimeSpan wanted, string mode = Train)
    {
        TimeSpan? first = null;
        var (job, teams) = Arranged(workload, threads);
        var times = await TimeAsync(job, teams, wanted, () => first ??= SinceStart()).ConfigureAwait(false);
        return new WorkloadResult(mode, threads, workload.Name, times, workload.Tokens, workload.TrainingFlops)
        {
            FirstStep = first,
            Teams = teams,
            Memory = MemoryPlan.MinBytes(job, teams),
        };
    }

    /// <summary>Measures several numbers of threads by turns; all but the first get their speedup over the first.</summary>
    public static async Task<IReadOnlyList<WorkloadResult>> MeasureAsync(ITrainingWorkload workload, IReadOnlyList<int> threads, TimeSpan wanted,
        string mode = Train)
    {
        (TrainingJob Job, WorkerTeams Teams)[] ways = [.. threads.Select(number => Arranged(workload, number))];
        var times = await TimeByTurnsAsync(ways, wanted).ConfigureAwait(false);
        return [.. threads.Select((number, run) => new WorkloadResult(mode, number, workload.Name, times[run].Steps, workload.Tokens, workload.TrainingFlops)
        {
            Speedup = run == 0 ? null : new Speedup(times[run].FasterThan(times[0]), threads[0]),
            Teams = ways[run].Teams,
            Memory = MemoryPlan.MinBytes(ways[run].Job, ways[run].Teams),
        })];
    }

    /// <summary>How much longer one worker's step takes with the default shards and their tree than with one shard, as a share.</summary>
    public static async Task<Spread> TreeCostAsync(ITrainingWorkload workload, TimeSpan wanted)
    {
        var times = await TimeByTurnsAsync([(workload.CreateJob(shards: 1), Alone), (workload.CreateJob(ShardsFor(workload, 1)), Alone)], wanted)
            .ConfigureAwait(false);
        return times[1].LongerThan(times[0]);
    }

    /// <summary>
    /// The time of a step over rows of unequal lengths relative to the full rectangle, divided by its share of valid steps: 1 if it costs only what it
    /// computes.
    /// </summary>
    public static async Task<Spread> CostOfLengthsAsync(TaskWorkload workload, TimeSpan wanted)
    {
        int shards = ShardsFor(workload, 1);
        var times = await TimeByTurnsAsync([(workload.Full!.CreateJob(shards), Alone), (workload.CreateJob(shards), Alone)], wanted).ConfigureAwait(false);
        return Spread.Of(times[1].Beside(times[0]).Select(ratio => ratio / workload.Share));
    }

    /// <summary>The share of its processor's peak of fused multiply-adds that one worker's step reaches; both run on its thread by turns.</summary>
    public static async Task<Spread> ShareOfPeakAsync(ITrainingWorkload workload, TimeSpan wanted)
    {
        var clock = new TurnClock(runs: 2, wanted, TimeProvider.System);
        bool hasBegun = false;
        double flops = 0;
        await TrainAsync(workload.CreateJob(ShardsFor(workload, 1)), Alone, GoesOn).ConfigureAwait(false);
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

    /// <summary>The number of shards: eight, or fewer if there are fewer rows; more if there are more threads, so that each has work.</summary>
    /// <param name="what">What threads are called for the user.</param>
    /// <exception cref="InvalidInputException">There are more threads than rows.</exception>
    public static int ShardsFor(ITrainingWorkload workload, int threads, string what = "threads") => threads > workload.Batch
        ? throw new InvalidInputException($"{workload.Name} has {workload.Batch} rows, so that {threads} {what} find no work",
            $"Ask for fewer --{what}, or leave it out with --filter")
        : Math.Min(workload.Batch, Math.Max(DefaultShards, threads));

    /// <summary>A job with its arrangement of threads, which is measured before anything else is timed and then remembered.</summary>
    private static (TrainingJob Job, WorkerTeams Teams) Arranged(ITrainingWorkload workload, int threads)
    {
        var job = workload.CreateJob(ShardsFor(workload, threads));
        return (job, ThreadArrangement.Choose(job, threads).Teams);
    }

    /// <summary>Trains with local actors until enough steps are timed.</summary>
    /// <param name="stepped">Called after each step.</param>
    public static async Task<StepTimes> TimeAsync(TrainingJob job, WorkerTeams teams, TimeSpan wanted, Action? stepped = null,
        CancellationToken cancellation = default)
    {
        var clock = new StepClock(wanted, TimeProvider.System);
        await TrainAsync(job, teams, GoesOn, cancellation).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return clock.Times;

        bool GoesOn()
        {
            stepped?.Invoke();
            return !clock.StepEnded();
        }
    }

    /// <summary>Trains in several ways with local actors, which take turns, until enough steps are timed.</summary>
    private static async Task<IReadOnlyList<TurnTimes>> TimeByTurnsAsync((TrainingJob Job, WorkerTeams Teams)[] ways, TimeSpan wanted)
    {
        var clock = new TurnClock(ways.Length, wanted, TimeProvider.System);
        using var turns = new StepTurns(ways.Length, clock);
        await Task.WhenAll(ways.Select(TakeTurnsAsync)).ConfigureAwait(false);
        return clock.Times;

        async Task TakeTurnsAsync((TrainingJob Job, WorkerTeams Teams) way, int run)
        {
            try
            {
                await TrainAsync(way.Job, way.Teams, () => turns.StepEnded(run)).ConfigureAwait(false);
            }
            finally
            {
                turns.End(); // nobody waits for a run that failed
            }
        }
    }

    /// <summary>Trains with local actors.</summary>
    /// <param name="goesOn">Called after each step, until it returns false.</param>
    private static async Task TrainAsync(TrainingJob job, WorkerTeams teams, Func<bool> goesOn, CancellationToken cancellation = default)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var options = new LocalTrainingOptions
        {
            Workers = teams.Threads,
            Teams = teams,
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
