using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Runs.Preparing;
using RnnActors.Training.Local;

namespace RnnActors.Runs.Judgements;

/// <summary>A learning-rate range test: the losses of a copy of a run while its learning rate grows. The run itself is not touched.</summary>
/// <param name="Rates">The rate of each step, growing by a constant factor.</param>
/// <param name="Losses">The loss of each step's batch, before its update.</param>
/// <param name="Smoothed">The losses after <see cref="LearningRateRules.Smooth"/>.</param>
/// <param name="Suggestion">The rate by fastai's rule, <see cref="LearningRateRules.Valley"/>; null where the loss did not fall.</param>
/// <param name="Steepest">The rate by Lightning's rule, <see cref="LearningRateRules.Steepest"/>; null where the loss did not fall.</param>
public sealed record LearningRateSweep(double[] Rates, double[] Losses, double[] Smoothed, double? Suggestion, double? Steepest)
{
    /// <summary>Rates and steps as in fastai's <c>lr_find</c>.</summary>
    public const double Lowest = 1e-7, Highest = 10;

    public const int Steps = 100;

    /// <param name="threads">Number of threads, which changes no bit of the result.</param>
    /// <param name="observe">Called after every step with its number (from 1), rate and loss, on another thread.</param>
    /// <param name="cancellation">Ends the sweep between two steps.</param>
    /// <exception cref="InvalidInputException">The job cannot be run as specified.</exception>
    public static async Task<LearningRateSweep> OfAsync(PreparedRun run, int threads, Action<int, double, double>? observe = null,
        CancellationToken cancellation = default)
    {
        TrainingSpec training = run.Job.Training;
        var swept = training with
        {
            Schedule = new Growing(Lowest / training.Optimizer.LearningRate, Math.Pow(Highest / Lowest, 1.0 / (Steps - 1))),
            Epochs = (Steps / run.StepsPerEpoch) + 1,
            MaxSteps = Steps,
            EarlyStopping = null,
            Averaging = null,
        };
        List<double> rates = [], losses = [];
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        void Observe(TrainingEvent happened)
        {
            if (happened is not StepDone step || end.IsCancellationRequested) return;
            rates.Add(step.LearningRate);
            losses.Add(step.Loss);
            observe?.Invoke(losses.Count, step.LearningRate, step.Loss);
            if (LearningRateRules.HasDiverged(LearningRateRules.Smooth(losses))) end.Cancel();
        }

        TrainingState begin = run.Job.Start is { Progress.Step: 0 } start ? start.Snapshot() : TrainingState.Create(run.Model, training, run.Job.Data.Streams);
        try
        {
            await LocalTraining.RunAsync(
                run.Job with { Training = swept, Validation = null, Start = begin, CheckpointEverySteps = null },
                new LocalTrainingOptions { Workers = threads, Observe = Observe }, end.Token).ConfigureAwait(false);
        }
        catch (NonFiniteException)
        {
            // The rate is far too high by now; the steps before it are enough.
        }

        cancellation.ThrowIfCancellationRequested();
        return Of([.. rates], [.. losses]);
    }

    public static LearningRateSweep Of(double[] rates, double[] losses)
    {
        double[] smoothed = LearningRateRules.Smooth(losses);
        return new(rates, losses, smoothed, LearningRateRules.Valley(rates, smoothed), LearningRateRules.Steepest(rates, smoothed));
    }

    /// <summary>A schedule whose factor grows by a constant factor from step to step.</summary>
    private sealed record Growing(double First, double Factor) : LearningRateSchedule
    {
        protected override double Decay(SchedulePoint point) => First * Math.Pow(Factor, point.Step);
    }
}
