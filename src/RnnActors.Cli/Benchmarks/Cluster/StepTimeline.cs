using RnnActors.Core.Training;

namespace RnnActors.Cli.Benchmarks.Cluster;

/// <summary>Finds a pause in the times of a run's steps.</summary>
internal static class StepTimeline
{
    /// <summary>The pause of a run whose coordinator goes on.</summary>
    /// <param name="steps">All steps of the run, in order.</param>
    /// <param name="held">The index of the step that was held up; not 0.</param>
    /// <param name="killed">
    /// When the worker that it waited for was killed, on the steps' clock: the remaining workers do all steps from then on. Null if it hung.
    /// </param>
    public static Pause Find(IReadOnlyList<StepDone> steps, int held, TimeSpan? killed)
    {
        double median = Median(steps, held / 2, held);
        if (killed is not { } kill) return new Pause(Math.Max(0, Seconds(steps, held) - median), 0, median, Lost(steps, held));
        double pause = Math.Max(0, (steps[held].Elapsed - kill).TotalSeconds);
        double longer = held + 1 < steps.Count ? Median(steps, held + 1, steps.Count) - median : 0;
        return new Pause(pause, Math.Clamp(longer, 0, pause), median, Lost(steps, held));
    }

    /// <summary>The pause of a run that another coordinator continues.</summary>
    /// <param name="before">The steps of the first coordinator.</param>
    /// <param name="firstBegan">When its clock began, on a common clock.</param>
    /// <param name="resumed">The step of the checkpoint from which the second coordinator continues.</param>
    /// <param name="after">A step of the second coordinator.</param>
    /// <param name="secondBegan">When its clock began, on the common clock.</param>
    public static Pause Find(IReadOnlyList<StepDone> before, TimeSpan firstBegan, long resumed, StepDone after, TimeSpan secondBegan)
    {
        double median = Median(before, before.Count / 2, before.Count);
        double seconds = (secondBegan + after.Elapsed - firstBegan - before[^1].Elapsed).TotalSeconds;
        // The first step that the client hears of from the new coordinator may not be its first.
        return new Pause(Math.Max(0, seconds - ((after.Progress.Step - resumed) * median)), 0, median, before[^1].Progress.Step - resumed);
    }

    /// <summary>The median duration of some steps.</summary>
    private static double Median(IReadOnlyList<StepDone> steps, int from, int end) =>
        new StepTimes(Enumerable.Range(Math.Max(1, from), Math.Max(1, end - Math.Max(1, from))).Select(i => Seconds(steps, i))).Median;

    private static long Lost(IReadOnlyList<StepDone> steps, int held) => steps[held - 1].Progress.Step + 1 - steps[held].Progress.Step;

    private static double Seconds(IReadOnlyList<StepDone> steps, int i) => (steps[i].Elapsed - steps[i - 1].Elapsed).TotalSeconds;
}

/// <inheritdoc cref="FaultResult"/>
internal readonly record struct Pause(double Seconds, double Recomputation, double Median, long StepsLost, int Tries = 1);
