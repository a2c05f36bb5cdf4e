using System.Diagnostics;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Runs.Preparing;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Local;

namespace RnnActors.Runs.Judgements;

/// <summary>
/// Estimates what a run takes: it trains a copy for some steps, with the same threads, and drops it. The run itself begins from its own state afterwards, so
/// that no bit of it depends on the measurement.
/// </summary>
public static class CostMeasurement
{
    /// <summary>A shorter run is over before anybody has read how long it takes.</summary>
    private const int MinSteps = 200;

    private const int MinMeasured = 3, MaxMeasured = 20_000, Enough = 30, LookedAtEvery = 10;

    /// <summary>A run that ends sooner than this is measured no longer, and its estimate is not shown.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    /// <summary>Long enough for .NET to have compiled the hot code anew (tiered compilation), which makes the shortest steps twice as fast.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1), MinTime = TimeSpan.FromSeconds(0.2);

    /// <summary>The share of a run that its measurement may take, within these.</summary>
    private const double Share = 0.05;

    /// <summary>The same run with what it is expected to take; without it where it is short, a
    /// cluster computes it, or its steps fail, which the run itself then reports.</summary>
    public static Task<RunOverview> MeasuredAsync(RunOverview run) => MeasuredAsync(run, Short);

    /// <param name="min">The estimate of a shorter run is not shown.</param>
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
        catch (Exception e) when (e is InvalidInputException or NotANumberException or TrainingFailedException)
        {
            return null;
        }

        if (times.Count < MinMeasured) return null;
        using var process = Process.GetCurrentProcess();
        var cost = RunCost.Of(job, RunCost.StepOf(times), Math.Max(process.PeakWorkingSet64, process.WorkingSet64),
            run.Task.Test is not null || run.Task.Validation is not null ? run.Task.ScoringBytes : null);
        GC.Collect(); // the run takes as much memory again
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
