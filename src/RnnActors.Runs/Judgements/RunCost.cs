using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Runs.Judgements;

/// <summary>A run's expected time and memory on this machine.</summary>
/// <param name="Training">The time of all its steps and validations, if it does not stop early.</param>
/// <param name="Memory">The peak memory of the process, in bytes.</param>
public sealed record RunCost(TimeSpan Training, long Memory)
{
    /// <summary>The time of a forward pass relative to a whole step over the same positions: the backward pass has twice as many products.</summary>
    public const double ForwardShare = 1.0 / 3;

    /// <summary>Measured bytes that come on top: of the run itself, beside what its copy left behind, and of scores, baselines and report.</summary>
    private const long OfTheRun = 12_000_000, OfScores = 30_000_000;

    private const int Tenths = 10;

    /// <param name="step">The time of a step.</param>
    /// <param name="memory">The peak memory of the process while steps were measured, in bytes.</param>
    /// <param name="scoring">Bytes for scoring the network and its baselines afterwards; null where there is no scoring.</param>
    public static RunCost Of(TrainingJob job, TimeSpan step, long memory, long? scoring)
    {
        TrainingPlan plan = job.CreatePlan();
        TrainingProgress start = job.Start?.Progress ?? TrainingProgress.Start;
        double steps = Math.Max(0, plan.LastStep - start.Step), epochs = steps / plan.Order.BatchesPerEpoch;
        double validation = job.Validation is { } rows
            ? epochs * PositionsOf(rows) / Math.Max(1, PositionsOf(job.Data)) * plan.Order.BatchesPerEpoch * ForwardShare
            : 0;

        // A checkpoint is written from a copy of the whole state; the best parameters are kept beside it.
        long bytes = sizeof(float) * (long)job.Model.Layout.Length;
        int averaged = job.Training.Averaging is null ? 0 : 2;
        int copies = 1 + job.Training.Optimizer.Moments.Count + (job.Validation is null ? 0 : 2) + averaged;
        return new RunCost(step * (steps + validation), memory + (copies * bytes) + OfTheRun + (scoring is { } values ? OfScores + values : 0));
    }

    /// <summary>
    /// The time per step in the later half of those measured, when code is compiled and caches are warm. It is the median of the means of this half's tenths,
    /// so that a pause of the compiler or of another program does not matter. Of few steps it is the mean.
    /// </summary>
    /// <param name="times">The times at which steps ended, ascending; at least two.</param>
    public static TimeSpan StepOf(IReadOnlyList<TimeSpan> times)
    {
        int first = (times.Count - 1) / 2, later = times.Count - 1 - first;
        if (later < 2 * Tenths) return (times[^1] - times[first]) / later;
        TimeSpan[] means = [.. Enumerable.Range(0, Tenths).Select(Mean).Order()];
        return (means[(Tenths - 1) / 2] + means[Tenths / 2]) / 2;

        TimeSpan Mean(int tenth)
        {
            int from = first + (tenth * later / Tenths), to = first + ((tenth + 1) * later / Tenths);
            return (times[to] - times[from]) / (to - from);
        }
    }

    private static double PositionsOf(SequenceDataset data) => (double)data.Rows * (data.IsRagged ? data.MeanSteps : data.Steps);
}
