using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Runs.Preparing;
using RnnActors.Training.Local;

namespace RnnActors.Runs.Judgements;

/// <summary>How the loss of a copy of a run fell and rose while its learning rate grew. Nothing of the run is touched.</summary>
/// <param name="Rates">Of each step, growing by one factor from step to step.</param>
/// <param name="Losses">Of each step's batch, before its update.</param>
/// <param name="Smoothed">The same by <see cref="LearningRateRules.Smooth"/>.</param>
/// <param name="Suggestion">By fastai's rule, <see cref="LearningRateRules.Valley"/>; null where the loss did not fall.</param>
/// <param name="Steepest">By Lightning's rule, <see cref="LearningRateRules.Steepest"/>; null where the loss did not fall.</param>
public sealed record LearningRateSweep(double[] Rates, double[] Losses, double[] Smoothed, double? Suggestion, double? Steepest)
{
    /// <summary>Rates and steps as in fastai's <c>lr_find</c>.</summary>
    public const double Lowest = 1e-7, Highest = 10;

    public const int Steps = 100;

    /// <param name="threads">They change no bit of it.</param>
    /// <param name="observe">Told of every step: its number from 1, rate, loss. By another thread.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <exception cref="InvalidInputException">The job cannot be done as it is specified.</exception>
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
        catch (NotANumberException)
        {
            // A rate that is far too high: what was seen before it is enough.
        }

        cancellation.ThrowIfCancellationRequested();
        return Of([.. rates], [.. losses]);
    }

    public static LearningRateSweep Of(double[] rates, double[] losses)
    {
        double[] smoothed = LearningRateRules.Smooth(losses);
        return new(rates, losses, smoothed, LearningRateRules.Valley(rates, smoothed), LearningRateRules.Steepest(rates, smoothed));
    }

    /// <summary>A factor on the rate that grows from step to step.</summary>
    private sealed record Growing(double First, double Factor) : LearningRateSchedule
    {
        protected override double Decay(SchedulePoint point) => First * Math.Pow(Factor, point.Step);
    }
}
