using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Losses;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// The state of a run and all its decisions: told what happened, it answers what is to be done. It knows no actor, clock or random number, so every order of events
/// can be tried in a test. Whatever the order, and whoever delivers, the answers to a step are combined in the order of the reduction tree.
/// </summary>
public sealed partial class TrainingRun
{
    /// <summary>How often the same shard may fail in one step before the run is given up: a fault that returns is not the machine's. Lost nodes are no failures.</summary>
    private const int MostFailures = 3;

    private readonly TrainingJob _job;
    private readonly TrainingPlan _plan;
    private readonly TreeNodes<NodeLoss> _losses;
    private readonly LossSum?[] _validation;
    private readonly float[] _carried;
    private readonly double[]?[] _norms;
    private readonly int[] _failures;
    private readonly List<Decision> _decisions = [];
    private readonly HashSet<int> _updated = [];
    private Phase _phase = Phase.Waiting;
    private int[] _rows = [];
    private StepDone? _stepDone;
    private LossSum _loss;
    private bool _stopRequested;
    private long _savedStep = -1;

    /// <param name="state">The run's state. Between <see cref="Update"/> and the last segment's answer its parameters and moments belong to the aggregators.</param>
    public TrainingRun(TrainingJob job, TrainingState state, int segments)
    {
        (_job, State) = (job, state);
        _plan = job.CreatePlan();
        _losses = new TreeNodes<NodeLoss>(job.Training.Shards);
        _validation = new LossSum?[job.Training.Shards];
        _carried = new float[state.Carried.Length];
        _norms = new double[segments][];
        _failures = new int[job.Training.Shards];
        _crew = new Crew(job.Training.Shards, job.Data.Streams > 0 ? job.Data.Streams : job.Training.Batch);
    }

    private enum Phase
    {
        Waiting,
        Computing,
        Updating,
        Validating,
        Over,
    }

    public TrainingState State { get; }

    public bool IsOver => _phase == Phase.Over;

    private bool IsWorking => _phase is Phase.Computing or Phase.Validating;

    /// <summary>
    /// End the run at the next place between two steps, with a checkpoint. An epoch whose steps are done is closed before that; but a run that has nobody to compute
    /// ends where it is.
    /// </summary>
    public IReadOnlyList<Decision> StopRequested() => Decide(() =>
    {
        _stopRequested = true;
        if (_phase == Phase.Waiting || (_isPaused && IsWorking)) End();
    });

    public IReadOnlyList<Decision> ShardsComputed(ShardsComputed computed) => Decide(() =>
    {
        bool isPresent = _phase == Phase.Computing && computed.Step == State.Progress.Step;
        Measure(computed);
        _crew.Delivered(computed.Order, PhaseOf(computed.Step, Phase.Computing));
        if (isPresent)
        {
            foreach (var node in computed.Nodes) _losses.Add(node.Node, node);
            var rows = new ShardPlan(_rows.Length, _job.Training.Shards).RowsOf(computed.Order.Shards);
            computed.FinalState.Span.CopyTo(_carried.AsSpan(Math.Min(_carried.Length, rows.First * _job.Model.StateWidth)));
            FinishComputing();
        }

        GiveOut();
    });

    public IReadOnlyList<Decision> SegmentSummed(SegmentSummed summed) => Decide(() =>
    {
        if (_phase != Phase.Computing || summed.Step != State.Progress.Step) return;
        _norms[summed.Segment.Number] = summed.BlockNorms;
        FinishComputing();
    });

    /// <param name="now">The time on any clock that only goes forward.</param>
    public IReadOnlyList<Decision> SegmentUpdated(SegmentUpdated updated, TimeSpan now) => Decide(() =>
    {
        if (_phase != Phase.Updating || updated.Step != State.Progress.Step || !_updated.Add(updated.Segment.Number) || _updated.Count < _norms.Length) return;
        _carried.CopyTo(State.Carried, 0);
        State.Progress = TrainingPlan.AfterStep(State.Progress, _loss);
        _decisions.Add(new Tell(_stepDone! with { Progress = State.Progress, Elapsed = now }));
        if (IsCheckpointDue()) SaveNow(isBest: false, mayBeSkipped: true);
        EndPhase(now);
        Continue();
    });

    /// <param name="now">The time on any clock that only goes forward.</param>
    public IReadOnlyList<Decision> ShardsEvaluated(ShardsEvaluated evaluated, TimeSpan now) => Decide(() =>
    {
        bool isPresent = _phase == Phase.Validating && evaluated.Step == State.Progress.Step;
        _crew.Delivered(evaluated.Order, PhaseOf(evaluated.Step, Phase.Validating));
        if (isPresent)
        {
            for (int i = 0; i < evaluated.Losses.Count; i++) _validation[evaluated.Order.Shards.First + i] ??= evaluated.Losses[i];
            if (_crew.IsComplete)
            {
                CloseEpoch(Evaluation.Sum([.. _validation.Select(loss => loss!.Value)]));
                EndPhase(now);
                Continue();
                return;
            }
        }

        GiveOut();
    });

    /// <summary>A worker failed and is ready again: it gets the same shards again, with the same result.</summary>
    public IReadOnlyList<Decision> ShardsLost(ShardsLost lost) => Decide(() =>
    {
        bool isPresent = _crew.Failed(lost.Order, PhaseOf(lost.Step, Phase.Validating), PhaseOf(lost.Step, Phase.Computing)) && IsWorking;
        if (isPresent) _decisions.Add(new Tell(new WorkerRestarted(lost.Order.Worker.ToString(), lost.Reason)));
        var shards = lost.Order.Shards;
        if (!isPresent || _crew.IsDelivered(shards))
        {
            GiveOut();
            return;
        }

        for (int shard = shards.First; shard < shards.End; shard++) _failures[shard]++;
        if (_failures.AsSpan(shards.First, shards.Count).IndexOf(MostFailures) >= 0)
        {
            _phase = Phase.Over;
            _decisions.Add(new GiveUp(shards, lost.Reason));
            return;
        }

        Give(_crew.Retry(lost.Order));
    });

    private List<Decision> Decide(Action react)
    {
        _decisions.Clear();
        if (_phase != Phase.Over) react();
        ReleaseLeaving();
        return _decisions;
    }

    /// <summary>What comes next, between two steps.</summary>
    private void Continue()
    {
        while (true)
        {
            if (_plan.IsFinished(State.Progress) || (_stopRequested && !_plan.IsEpochDone(State.Progress)))
            {
                End();
                return;
            }

            if (!_plan.IsEpochDone(State.Progress))
            {
                BeginStep();
                return;
            }

            if (_plan.Validates)
            {
                BeginValidation();
                return;
            }

            CloseEpoch(null);
        }
    }

    private void End()
    {
        if (_savedStep != State.Progress.Step) SaveNow(isBest: false, mayBeSkipped: false);
        _decisions.Add(new Finish(_plan.IsFinished(State.Progress)));
        _phase = Phase.Over;
    }

    /// <summary>Whether a checkpoint is due in mid-epoch. The ends of epochs and of the run have their own, which are never skipped.</summary>
    private bool IsCheckpointDue() =>
        _job.CheckpointEverySteps is { } every && State.Progress.Step % every == 0 && !_plan.IsEpochDone(State.Progress) && !_stopRequested && !_plan.IsFinished(State.Progress);

    private void BeginStep()
    {
        _rows = _plan.NextRows(State.Progress);
        if (State.Progress.Position == 0) Array.Clear(State.Carried);
        _losses.Clear();
        Array.Clear(_norms);
        BeginPhase(Phase.Computing);
    }

    private void FinishComputing()
    {
        if (_norms.Any(norm => norm is null) || !_crew.IsComplete) return;
        var loss = _losses.Fold((left, right) => new NodeLoss(default, left.Loss + right.Loss, left.NotFinite ?? right.NotFinite));
        double norm = Math.Sqrt(SquaredNorm.Total([.. _norms.SelectMany(blocks => blocks!)]));
        if (loss.NotFinite is not null || !double.IsFinite(norm))
        {
            _phase = Phase.Over;
            _decisions.Add(new Diagnose(loss.NotFinite, _rows));
            return;
        }

        _phase = Phase.Updating;
        _updated.Clear();
        _loss = loss.Loss;
        var update = _plan.NextUpdate(State.Progress, norm);
        _stepDone = new StepDone(State.Progress, _loss.Mean, norm, update.LearningRate, _rows.Length * _job.Data.Steps);
        _decisions.Add(new Update(State.Progress.Step, update));
    }

    private void BeginValidation()
    {
        Array.Clear(_validation);
        BeginPhase(Phase.Validating);
    }

    private void CloseEpoch(LossSum? validation)
    {
        var before = State.Progress;
        State.Progress = _plan.CloseEpoch(before, validation?.Mean);
        bool isBest = validation is not null && State.Progress.BestStep == before.Step;
        if (isBest) State.KeepBest();
        double? accuracy = _job.Training.Loss.NeedsLabels ? validation?.Accuracy : null;
        _decisions.Add(new Tell(new EpochDone(State.Progress, before.EpochLoss.Mean, validation?.Mean, accuracy, isBest)));
        SaveNow(isBest, mayBeSkipped: false);
    }

    private void SaveNow(bool isBest, bool mayBeSkipped)
    {
        if (!mayBeSkipped) _savedStep = State.Progress.Step;
        _decisions.Add(new Save(isBest, mayBeSkipped));
    }
}
