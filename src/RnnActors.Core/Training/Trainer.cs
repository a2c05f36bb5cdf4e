using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Losses;
using RnnActors.Core.Problems;
using RnnActors.Core.Sharding;

namespace RnnActors.Core.Training;

/// <summary>
/// The training loop in one thread, without an actor: the answer key that every other way of training is compared with, bit for bit, and what
/// <see cref="Models.Sequential"/> runs.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingJob _job;
    private readonly TrainingPlan _plan;
    private readonly ShardComputation _computation;
    private readonly Evaluation? _validation;
    private readonly ShardRange _allShards;
    private readonly GradientBuffer _gradient;
    private readonly double[] _blockNorms;
    private readonly float[] _carried;

    public Trainer(TrainingJob job)
    {
        _job = job;
        _plan = job.CreatePlan();
        State = job.CreateState();
        _allShards = new ShardRange(0, job.Training.Shards);
        _computation = new ShardComputation(job.Model, job.Training, job.Data, job.Training.Shards);
        if (job.Validation is not null) _validation = new Evaluation(job.Model, job.Training, job.Validation);
        _gradient = new GradientBuffer(job.Model.Layout.Length);
        _blockNorms = new double[SquaredNorm.Blocks(_gradient.Length)];
        _carried = new float[State.Carried.Length];
    }

    public TrainingState State { get; }

    /// <summary>Trains until the run's end.</summary>
    /// <param name="observe">Told of every step and epoch, on this thread.</param>
    /// <param name="checkpoint">Given the state whenever a checkpoint is due, and whether its parameters are the best so far; it must copy what it keeps.</param>
    /// <returns>Whether the run came to its end; false where it was cancelled, between two steps.</returns>
    /// <exception cref="NotANumberException">A loss or gradient is not finite; <see cref="State"/> is that before the step.</exception>
    public bool Run(Action<TrainingEvent>? observe = null, Action<TrainingState, bool>? checkpoint = null, CancellationToken cancellation = default)
    {
        while (!_plan.IsFinished(State.Progress))
        {
            if (cancellation.IsCancellationRequested) return false;
            if (_plan.IsEpochDone(State.Progress))
            {
                bool isBest = CloseEpoch(observe);
                checkpoint?.Invoke(State, isBest);
                continue;
            }

            RunStep(observe);
            if (_job.CheckpointEverySteps is { } every && State.Progress.Step % every == 0 && !_plan.IsEpochDone(State.Progress)) checkpoint?.Invoke(State, false);
        }

        return true;
    }

    private void RunStep(Action<TrainingEvent>? observe)
    {
        var progress = State.Progress;
        if (progress.Position == 0) Array.Clear(State.Carried);
        int[] rows = _plan.NextRows(progress);
        _computation.Prepare(State.Parameters.Memory);
        var result = _computation.Compute(new ShardStep(progress.Step, rows, _allShards, State.Carried), [_allShards], [_gradient], _carried)[0];
        double norm = NormOf(result.Gradient, result, rows);
        var update = _plan.NextUpdate(progress, norm);
        _job.Training.Optimizer.Update(State.Parameters.Span, result.Gradient.Span, State.Moment(0), State.Moment(1), update);
        _carried.CopyTo(State.Carried, 0);
        State.Progress = TrainingPlan.AfterStep(progress, result.Loss);
        observe?.Invoke(new StepDone(State.Progress, result.Loss.Mean, norm, update.LearningRate, rows.Length * _job.Data.Steps));
    }

    /// <summary>The gradient's L2 norm, once it is known to be a number.</summary>
    private double NormOf(GradientBuffer gradient, ShardGradient result, int[] rows)
    {
        gradient.SquareInto(_blockNorms, 0, gradient.Length);
        double norm = Math.Sqrt(SquaredNorm.Total(_blockNorms));
        if (result.NotFinite is null && double.IsFinite(norm)) return norm;
        throw Diagnosis.NotANumber(_job, State, result.NotFinite, rows);
    }

    private bool CloseEpoch(Action<TrainingEvent>? observe)
    {
        LossSum? validation = null;
        if (_validation is not null)
        {
            _validation.Prepare(State.Parameters.Memory);
            validation = Evaluation.Sum([.. Enumerable.Range(0, _job.Training.Shards).Select(shard => _validation.Evaluate(shard))]);
        }

        var before = State.Progress;
        State.Progress = _plan.CloseEpoch(before, validation?.Mean);
        bool isBest = validation is not null && State.Progress.BestStep == before.Step;
        if (isBest) State.KeepBest();
        double? accuracy = _job.Training.Loss.NeedsLabels ? validation?.Accuracy : null;
        observe?.Invoke(new EpochDone(State.Progress, before.EpochLoss.Mean, validation?.Mean, accuracy, isBest));
        return isBest;
    }
}
