using System.Diagnostics;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Runs.Preparing;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Local;

namespace RnnActors.Runs.Judgements;

/// <summary>
/// Estimates a run's time and memory: it trains a copy for some steps, with the same threads, and discards it. The run itself then begins from its own state,
/// so no bit of it depends on the measurement.
/// </summary>
public static class CostMeasurement
{
    /// <summary>Shorter runs are not measured: they are over before anyone has read an estimate.</summary>
    private const int MinSteps = 200;

    private const int MinMeasured = 3, MaxMeasured = 20_000, Enough = 30, LookedAtEvery = 10;

    /// <summary>If a run turns out to be shorter than this, the measurement stops and no estimate is shown.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Limits of the measurement's time. Tiered compilation needs that long to recompile hot code, which makes the shortest steps twice as fast.
    /// </summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1), MinTime = TimeSpan.FromSeconds(0.2);

    /// <summary>The share of a run's time that its measurement may take, within these limits.</summary>
    private const double Share = 0.05;

    /// <summary>The run with its expected time and memory. Without them where it is short, where a cluster trains it, or where its steps fail (the run itself
    /// then reports why).</summary>
    public static Task<RunOverview> MeasuredAsync(RunOverview run) => MeasuredAsync(run, Short);

    /// <param name="min">The estimate of a run shorter than this is not shown.</param>
    internal static async Task<RunOverview> MeasuredAsync(RunOverview run, TimeSpan min)
    {
        if (run.Cluster is not null || run.Plan.LastStep - run.Start.Step < MinSteps) return run;
        run = run.Arranged();
        return await MeasureAsync(run).ConfigureAwait(false) is { } cost && cost.Training >= min ? run with { Expected = (cost.Training, cost.Memory) } : run;
    }

    private static async Task<RunCost?> MeasureAsync(RunOverview run)
    {
        TrainingJob job = run.Run.Job;
        TrainingSpec training = job.Training with { EarlyStopping = null, Schedule = null, Averaging = null };
        var copy = job with { Start = job.Start?.Snapshot(), Validation = null, Training = training };
        List<TimeSpan> times = [];
        long began = Stopwatch.GetTimestamp();
        using var enough = new CancellationTokenSource();
        void Observe(TrainingEvent happened)
        {
            if (happened is not StepDone || enough.IsCancellationRequested) return;
            times.Add(Stopwatch.GetElapsedTime(began));
            if (times.Count > MinMeasured && IsEnough(times, run.Plan.LastStep - run.Start.Step)) enough.Cancel();
        }

        try
        {
            await LocalTraining.RunAsync(copy, new LocalTrainingOptions
            {
                Workers = run.Teams.Threads,
                Teams = run.Teams,
                Observe = Observe,
            }, enough.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidInputException or NonFiniteException or TrainingFailedException)
        {
            return null;
        }

        if (times.Count < MinMeasured) return null;
        using var process = Process.GetCurrentProcess();
        var cost = RunCost.Of(job, RunCost.StepOf(times), Math.Max(process.PeakWorkingSet64, process.WorkingSet64),
            run.Task.Test is not null || run.Task.Validation is not null ? run.Task.ScoringBytes : null);
        GC.Collect(); // the run will need the same memory again
        return cost;
    }

    private static bool IsEnough(List<TimeSpan> times, long steps)
    {
        TimeSpan measured = times[^1] - times[0];
        if (times.Count >= MaxMeasured || measured >= MaxTime) return true;
        if (times.Count < Enough || times.Count % LookedAtEvery > 0) return false;
        TimeSpan run = RunCost.StepOf(times) * steps;
        return run < Short || (measured >= MinTime && measured >= run * Share);
    }
}
