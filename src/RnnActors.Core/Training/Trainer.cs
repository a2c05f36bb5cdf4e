using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using RnnActors.Core.Problems;
using RnnActors.Core.Sharding;

namespace RnnActors.Core.Training;

/// <summary>
/// The training loop in one thread, without actors: the reference that every other way of training must match bit for bit. <c>Sequential</c> uses it.
/// </summary>
public sealed class Trainer
{
    private readonly TrainingJob _job;
    private readonly TrainingPlan _plan;
    private readonly CheckpointCadence _cadence;
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
        _cadence = new CheckpointCadence(_plan, job.CheckpointEverySteps);
        State = job.CreateState();
        _allShards = new ShardRange(0, job.Training.Shards);
        _computation = new ShardComputation(job.Model, job.Training, job.Data, job.Training.Shards);
        if (job.Validation is not null) _validation = new Evaluation(job.Model, job.Training, job.Validation);
        _gradient = new GradientBuffer(job.Model.Layout.Length);
        _blockNorms = new double[SquaredNorm.Blocks(_gradient.Length)];
        _carried = new float[State.Carried.Length];
    }

    public TrainingState State { get; }

    /// <summary>Trains until the end of the run.</summary>
    /// <param name="observe">Called with every event, on this thread.</param>
    /// <param name="checkpoint">Called with the state whenever a checkpoint is due, and whether its parameters are the best so far. It must copy what it
    /// keeps.</param>
    /// <returns>True where the run reached its end; false where it was cancelled between two steps.</returns>
    /// <exception cref="NonFiniteException">A loss or gradient is not finite; <see cref="State"/> is the one before that step.</exception>
    public bool Run(Action<TrainingEvent>? observe = null, Action<TrainingState, bool>? checkpoint = null, CancellationToken cancellation = default)
    {
        while (true)
        {
            switch (_plan.Next(State.Progress, cancellation.IsCancellationRequested))
            {
                case TrainingAction.Step:
                    RunStep(observe);
                    if (_cadence.IsDueAfterStep(State.Progress)) Save(isBest: false);
                    break;
                case TrainingAction.CloseEpoch:
                    var closed = _plan.CloseEpoch(State, Validate());
                    observe?.Invoke(closed);
                    Save(closed.IsBest);
                    break;
                default:
                    if (_cadence.IsDueAtEnd(State.Progress)) Save(isBest: false);
                    return _plan.IsFinished(State.Progress);
            }
        }

        void Save(bool isBest)
        {
            _cadence.Saved(State.Progress);
            checkpoint?.Invoke(State, isBest);
        }
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
        State.Update(_job.Training.Optimizer, 0, result.Gradient.Span, update);
        _carried.CopyTo(State.Carried, 0);
        State.Progress = TrainingPlan.AfterStep(progress, result.Loss);
        observe?.Invoke(new StepDone(State.Progress, result.Loss.Mean, norm, update.LearningRate, (int)_job.Data.PositionsOf(rows)));
        if (_job.Training.IsHashed(State.Progress.Step))
            observe?.Invoke(new ParametersHashed(State.Progress.Step, TrainingCheckpoint.Hash(_job.Model.Layout, State.Parameters)));
    }

    /// <summary>The gradient's L2 norm, after checking that it is finite.</summary>
    private double NormOf(GradientBuffer gradient, ShardGradient result, int[] rows)
    {
        gradient.SquareInto(_blockNorms, 0, gradient.Length);
        double norm = Math.Sqrt(SquaredNorm.Total(_blockNorms));
        if (result.NotFinite is null && double.IsFinite(norm)) return norm;
        throw Diagnosis.NonFinite(_job, State, result.NotFinite, rows);
    }

    /// <summary>The loss over the validation rows; null where there are none.</summary>
    private LossSum? Validate()
    {
        if (_validation is null) return null;
        _validation.Prepare(State.InferenceParameters.Memory);
        return Evaluation.Sum([.. Enumerable.Range(0, _job.Training.Shards).Select(shard => _validation.Evaluate(shard))]);
    }
}
