using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Training;

/// <summary>
/// The decisions of a run, as pure functions of its progress: what comes next, at which learning rate, and when the run ends. One thread and a hundred actors
/// use the same plan.
/// </summary>
public sealed class TrainingPlan
{
    private readonly TrainingSpec _training;

    /// <exception cref="InvalidInputException">A hyperparameter is out of range, or validation rows are required and missing.</exception>
    public TrainingPlan(TrainingSpec training, SequenceDataset data, bool validates)
    {
        TrainingFormat.Instance.Check(training, "training");
        _training = training;
        Order = new BatchOrder(data, training);
        Validates = validates;
        if (training.EarlyStopping is not null && !validates)
            throw new InvalidInputException("early stopping needs validation rows, but the split has none",
                "Give the split a validation part, or remove training.earlyStopping");
        if (training.Schedule is ReduceOnPlateau && !validates)
            throw new InvalidInputException("a schedule that reduces on a plateau needs validation rows, but the split has none",
                "Give the split a validation part, or choose another schedule");
        if (training.Averaging is { StartEpoch: null } && !validates)
            throw new InvalidInputException("averaging that waits for the validation loss needs validation rows, but the split has none",
                "Give the split a validation part, or say with training.averaging.startEpoch when it begins");
    }

    public BatchOrder Order { get; }

    /// <summary>Whether every epoch ends with a validation.</summary>
    public bool Validates { get; }

    /// <summary>Updates in the run as specified, not counting <see cref="TrainingSpec.MaxSteps"/>.</summary>
    public long TotalSteps => (long)Order.BatchesPerEpoch * _training.Epochs;

    /// <summary>Updates until the run ends, unless it stops early.</summary>
    public long LastStep => Math.Min(TotalSteps, _training.MaxSteps ?? long.MaxValue);

    public bool IsFinished(TrainingProgress progress) =>
        progress.Stopped || progress.Epoch >= _training.Epochs || (progress.Step >= _training.MaxSteps && !IsEpochDone(progress));

    /// <summary>Whether all batches of the epoch are done, so that <see cref="CloseEpoch(TrainingState, LossSum?)"/> is due.</summary>
    public bool IsEpochDone(TrainingProgress progress) => progress.Position >= Order.BatchesPerEpoch;

    /// <summary>What comes next, between two steps. A run that was told to stop first closes an epoch whose steps are all done.</summary>
    public TrainingAction Next(TrainingProgress progress, bool isStopping) =>
        IsFinished(progress) ? TrainingAction.End
        : IsEpochDone(progress) ? TrainingAction.CloseEpoch
        : isStopping ? TrainingAction.End
        : TrainingAction.Step;

    public int[] NextRows(TrainingProgress progress) => Order.Rows(progress.Epoch, progress.Position);

    /// <summary>The learning rate of the next update.</summary>
    public float LearningRate(TrainingProgress progress)
    {
        var point = new SchedulePoint(progress.Step, Order.BatchesPerEpoch, TotalSteps);
        return (float)(_training.Optimizer.LearningRate * (_training.Schedule?.FactorAt(point, progress.Plateau?.Factor ?? 1) ?? 1));
    }

    /// <summary>The arguments of <see cref="Optimizer.Update"/> for the next update.</summary>
    /// <param name="gradientNorm">The L2 norm of the whole gradient.</param>
    public UpdateStep NextUpdate(TrainingProgress progress, double gradientNorm)
    {
        float scale = _training.ClipNorm is { } limit && gradientNorm > limit ? (float)(limit / gradientNorm) : 1;
        long number = progress.Step + 1;
        float weight = _training.Averaging is { } averaging && progress.AveragingSince is { } since ? averaging.WeightOf(number - since) : 0;
        return new UpdateStep(number, LearningRate(progress), scale, (float)(_training.ClipValue ?? double.PositiveInfinity), weight);
    }

    public static TrainingProgress AfterStep(TrainingProgress progress, LossSum loss) =>
        progress with { Step = progress.Step + 1, Position = progress.Position + 1, EpochLoss = progress.EpochLoss + loss };

    /// <summary>Closes the state's epoch, and keeps its parameters if they are the best so far.</summary>
    /// <param name="validation">The loss over the validation rows; null where there are none.</param>
    /// <returns>The event to report.</returns>
    public EpochDone CloseEpoch(TrainingState state, LossSum? validation)
    {
        var before = state.Progress;
        state.Progress = CloseEpoch(before, validation?.Mean);
        bool isBest = validation is not null && state.Progress.BestStep == before.Step;
        if (isBest) state.KeepBest();
        double? accuracy = _training.Loss is StepObjective { NeedsLabels: true } ? validation?.Accuracy : null;
        return new EpochDone(state.Progress, before.EpochLoss.Mean, validation?.Mean, accuracy, isBest);
    }

    /// <summary>
    /// The progress after the epoch. The validation loss decides whether it is the best so far (NaN never is), and whether training stops early.
    /// </summary>
    public TrainingProgress CloseEpoch(TrainingProgress progress, double? validationLoss)
    {
        var next = progress with { Epoch = progress.Epoch + 1, Position = 0, EpochLoss = default };
        if (validationLoss is not { } loss) return WithAveraging(next);
        double minDelta = _training.EarlyStopping?.MinDelta ?? 0;
        bool improved = progress.BestLoss is { } best ? loss < best - minDelta : !double.IsNaN(loss);
        next = improved
            ? next with { BestLoss = loss, BestStep = progress.Step, EpochsSinceBest = 0 }
            : next with { EpochsSinceBest = progress.EpochsSinceBest + 1 };
        if (_training.Schedule is ReduceOnPlateau plateau) next = next with { Plateau = plateau.Next(progress.Plateau ?? PlateauState.Initial, loss) };
        return WithAveraging(next with { Stopped = _training.EarlyStopping is { } stopping && next.EpochsSinceBest >= stopping.Patience });
    }

    /// <summary>Begins averaging at an epoch's end where it is due.</summary>
    private TrainingProgress WithAveraging(TrainingProgress closed) =>
        closed.AveragingSince is null && _training.Averaging is { } averaging && averaging.IsDue(closed.Epoch, closed.EpochsSinceBest)
            ? closed with { AveragingSince = closed.Step }
            : closed;
}
