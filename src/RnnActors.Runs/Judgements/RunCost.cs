using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Runs.Judgements;

/// <summary>What a run is expected to take on this machine.</summary>
/// <param name="Training">The time of all its steps and validations, where it does not stop early.</param>
/// <param name="Memory">The most bytes that the process has.</param>
public sealed record RunCost(TimeSpan Training, long Memory)
{
    /// <summary>A forward pass beside a whole step, for the same positions: the products of a backward pass are twice as many.</summary>
    public const double ForwardShare = 1.0 / 3;

    /// <summary>What the run itself needs beside what its copy left behind, and what scores, rivals and report need: as measured, in bytes.</summary>
    private const long OfTheRun = 12_000_000, OfScores = 30_000_000;

    private const int Tenths = 10;

    /// <param name="step">The time of a step.</param>
    /// <param name="memory">The most bytes that the process had while steps were measured.</param>
    /// <param name="scoring">Bytes for measuring the network beside its rivals afterwards; null where it is not measured.</param>
    public static RunCost Of(TrainingJob job, TimeSpan step, long memory, long? scoring)
    {
        TrainingPlan plan = job.CreatePlan();
        TrainingProgress start = job.Start?.Progress ?? TrainingProgress.Start;
        double steps = Math.Max(0, plan.LastStep - start.Step), epochs = steps / plan.Order.BatchesPerEpoch;
        double validation = job.Validation is { } rows
            ? epochs * PositionsOf(rows) / Math.Max(1, PositionsOf(job.Data)) * plan.Order.BatchesPerEpoch * ForwardShare
            : 0;

        // A checkpoint is written from a copy of all that a run needs; the best parameters are kept beside it.
        long bytes = sizeof(float) * (long)job.Model.Layout.Length;
        int averaged = job.Training.Averaging is null ? 0 : 2;
        int copies = 1 + job.Training.Optimizer.Moments.Count + (job.Validation is null ? 0 : 2) + averaged;
        return new RunCost(step * (steps + validation), memory + (copies * bytes) + OfTheRun + (scoring is { } values ? OfScores + values : 0));
    }

    /// <summary>
    /// The time of a step in the later half of those measured, when code is compiled and caches are warm. It is the median of the means of this half's tenths:
    /// a pause of the compiler or of another program does not decide. Of few steps it is the mean.
    /// </summary>
    /// <param name="times">When steps ended, ascending; two at least.</param>
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
