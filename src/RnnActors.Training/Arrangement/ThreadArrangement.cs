using RnnActors.Core.Problems;
using RnnActors.Core.Training;

namespace RnnActors.Training.Arrangement;

/// <summary>
/// Chooses between teams of threads and workers, which give the same bits. Which is faster depends on the processor's caches and on how fast its cores wake
/// each other, so a short measurement decides, and the machine remembers it.
/// </summary>
public static class ThreadArrangement
{
    /// <summary><c>rule</c>: never measure. <c>measure</c>: measure even if the machine remembers a choice.</summary>
    public const string EnvironmentVariable = "RNNACTORS_TEAMS";

    /// <summary>A run of fewer steps is over before a better arrangement has paid for the measurement.</summary>
    internal const int MinSteps = 100;

    /// <summary>Parameters of larger models are not held twice for a measurement: the rule's team takes the least memory.</summary>
    internal const int MaxParameters = 16 * 1024 * 1024;

    /// <summary>The arrangement of a process's threads for a run. It neither reads nor changes the run's state.</summary>
    /// <param name="threads">Those that the process has, at least 1.</param>
    /// <exception cref="InvalidInputException">The environment variable has another value.</exception>
    public static ArrangedThreads Choose(TrainingJob job, int threads)
    {
        string? asked = Environment.GetEnvironmentVariable(EnvironmentVariable);
        if (asked is not (null or "" or "rule" or "measure"))
            throw new InvalidInputException(
                $"{EnvironmentVariable} is '{asked}', but it must be rule or measure", "Remove it, so that the machine's choice is measured once and kept");
        return asked == "rule" ? ByRule(job, threads) : Choose(job, threads, ArrangementCache.OfUser(), isFresh: asked == "measure", ArrangementTrials.Measure);
    }

    /// <param name="cache">Where choices are kept; null for nowhere.</param>
    /// <param name="isFresh">Whether to measure although a choice is kept.</param>
    /// <param name="measure">Times the arrangements by turns; empty where that is impossible.</param>
    internal static ArrangedThreads Choose(
        TrainingJob job, int threads, ArrangementCache? cache, bool isFresh,
        Func<TrainingJob, IReadOnlyList<WorkerTeams>, IReadOnlyList<(WorkerTeams Teams, double Seconds)>> measure)
    {
        var candidates = WorkerTeams.Candidates(job.Model, job.Training, threads);
        if (candidates.Count == 1 || job.Model.Layout.Length > MaxParameters) return ByRule(job, threads);
        string key = ArrangementKey.Of(job, threads);
        if (!isFresh && cache?.Find(key) is { } kept && candidates.Contains(kept)) return new ArrangedThreads(kept, ArrangementReason.Remembered, []);
        if (job.CreatePlan().LastStep - (job.Start?.Progress.Step ?? 0) < MinSteps) return ByRule(job, threads);
        var measured = measure(job, candidates);
        if (WorkerTeams.Fastest(measured) is not { } fastest) return ByRule(job, threads);
        cache?.Keep(key, fastest);
        return new ArrangedThreads(fastest, ArrangementReason.Measured, measured);
    }

    private static ArrangedThreads ByRule(TrainingJob job, int threads) => new(job.TeamsOf(threads), ArrangementReason.Rule, []);
}
