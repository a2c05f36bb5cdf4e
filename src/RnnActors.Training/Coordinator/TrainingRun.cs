using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// The state of a run and all its decisions, as a pure state machine: events in, decisions out. It knows no actor, clock or random number, so tests can try
/// every order of events. Results are combined in the order of the reduction tree, whichever node delivers them and when.
/// </summary>
public sealed partial class TrainingRun
{
    private readonly TrainingJob _job;
    private readonly TrainingPlan _plan;
    private readonly CheckpointCadence _cadence;
    private readonly TreeNodes<TreeNodeLoss> _losses;
    private readonly LossSum?[] _validation;
    private readonly float[] _carried;
    private readonly double[]?[] _norms;
    private readonly List<Decision> _decisions = [];
    private readonly HashSet<int> _updated = [];
    private Phase _phase = Phase.Waiting;
    private int[] _rows = [];
    private StepDone? _stepDone;
    private LossSum _loss;
    private bool _stopRequested;

    /// <param name="state">
    /// The run's state. Between <see cref="Update"/> and the last segment's answer its parameters and moments belong to the aggregators.
    /// </param>
    /// <param name="audit">The share of steps that are audited, from 0 to 1; null for <see cref="DefaultAudit"/> where there are three nodes.</param>
    /// <param name="unaudited">How many steps earlier coordinators should have audited and did not.</param>
    public TrainingRun(TrainingJob job, TrainingState state, int segments, double? audit = 0, long unaudited = 0)
    {
        (_job, State, _auditShare) = (job, state, audit);
        Unaudited = _unauditedTold = unaudited;
        _plan = job.CreatePlan();
        _cadence = new CheckpointCadence(_plan, job.CheckpointEverySteps);
        _losses = new TreeNodes<TreeNodeLoss>(job.Training.Shards);
        _validation = new LossSum?[job.Training.Shards];
        _carried = new float[state.Carried.Length];
        _norms = new double[segments][];
        _pool = new WorkerPool(job.Training.Shards, job.Data.Streams > 0 ? job.Data.Streams : job.Training.Batch);
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
    /// Ends the run between two steps, with a checkpoint. An epoch whose steps are done is closed first. A run without workers ends where it is.
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
        _pool.Delivered(computed.Order, PhaseOf(computed.Step, Phase.Computing));
        if (isPresent)
        {
            foreach (var loss in computed.Losses) _losses.Add(loss.TreeNode, loss);
            var rows = new ShardPlan(_rows.Length, _job.Training.Shards).RowsOf(computed.Order.Shards);
            computed.FinalState.Span.CopyTo(_carried.AsSpan(Math.Min(_carried.Length, rows.First * _job.Model.StateWidth)));
            Audit(computed);
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

    /// <param name="now">The time of a monotonic clock.</param>
    public IReadOnlyList<Decision> SegmentUpdated(SegmentUpdated updated, TimeSpan now) => Decide(() =>
    {
        if (_phase != Phase.Updating || updated.Step != State.Progress.Step || !_updated.Add(updated.Segment.Number) || _updated.Count < _norms.Length) return;
        _carried.CopyTo(State.Carried, 0);
        State.Progress = TrainingPlan.AfterStep(State.Progress, _loss);
        _decisions.Add(new Tell(_stepDone! with { Progress = State.Progress, Elapsed = now }));
        if (_job.Training.IsHashed(State.Progress.Step))
            _decisions.Add(new Tell(new ParametersHashed(State.Progress.Step, TrainingCheckpoint.Hash(_job.Model.Layout, State.Parameters))));
        if (!_stopRequested && _cadence.IsDueAfterStep(State.Progress)) SaveNow(isBest: false, mayBeSkipped: true);
        EndPhase(now);
        Continue();
    });

    /// <param name="now">The time of a monotonic clock.</param>
    public IReadOnlyList<Decision> ShardsEvaluated(ShardsEvaluated evaluated, TimeSpan now) => Decide(() =>
    {
        bool isPresent = _phase == Phase.Validating && evaluated.Step == State.Progress.Step;
        _pool.Delivered(evaluated.Order, PhaseOf(evaluated.Step, Phase.Validating));
        if (isPresent)
        {
            for (int i = 0; i < evaluated.Losses.Count; i++) _validation[evaluated.Order.Shards.First + i] ??= evaluated.Losses[i];
            if (_pool.IsComplete)
            {
                CloseEpoch(Evaluation.Sum([.. _validation.Select(loss => loss!.Value)]));
                EndPhase(now);
                Continue();
                return;
            }
        }

        GiveOut();
    });

    /// <summary>
    /// A worker failed and was restarted. Its shards go to another node, with the same result, or to the same node where there is no other. A fault that
    /// repeats on every node is the run's own, and ends it. A node that ran out of memory would fail again, so it is set aside and asked how much it can hold.
    /// </summary>
    public IReadOnlyList<Decision> ShardsLost(ShardsLost lost) => Decide(() =>
    {
        if (lost.IsOutOfMemory)
        {
            if (_pool.NodeOf(lost.Order.Worker) is { } node) SetAside(node, lost.Reason);
            ReplaceAuditors(order => _pool.NodeOf(order.Worker) is null);
            return;
        }

        bool isPresent = _pool.Failed(lost.Order, PhaseOf(lost.Step, Phase.Validating), PhaseOf(lost.Step, Phase.Computing)) && IsWorking;
        if (isPresent) _decisions.Add(new Tell(new WorkerRestarted(lost.Order.Worker.ToString(), lost.Reason)));
        ReplaceAuditors(order => order == lost.Order);
        var shards = lost.Order.Shards;
        if (!isPresent || _pool.IsDelivered(shards))
        {
            GiveOut();
            return;
        }

        var given = _pool.Retry(lost.Order, lost.Reason);
        if (!GiveUpIfHopeless(shards)) Give(given);
    });

    private List<Decision> Decide(Action react)
    {
        _decisions.Clear();
        if (_phase != Phase.Over) react();
        AskWaiting();
        ReleaseLeaving();
        return _decisions;
    }

    /// <summary>Continues between two steps, as <see cref="TrainingPlan.Next"/> says.</summary>
    private void Continue()
    {
        while (true)
        {
            switch (_plan.Next(State.Progress, _stopRequested))
            {
                case TrainingAction.Step:
                    BeginStep();
                    return;
                case TrainingAction.CloseEpoch when _plan.Validates:
                    BeginValidation();
                    return;
                case TrainingAction.CloseEpoch:
                    CloseEpoch(null);
                    break;
                default:
                    End();
                    return;
            }
        }
    }

    private void End()
    {
        TellUnaudited(State.Progress.Step);
        if (_cadence.IsDueAtEnd(State.Progress)) SaveNow(isBest: false, mayBeSkipped: false);
        _decisions.Add(new Finish(_plan.IsFinished(State.Progress)));
        _phase = Phase.Over;
    }

    private void BeginStep()
    {
        _rows = _plan.NextRows(State.Progress);
        if (State.Progress.Position == 0) Array.Clear(State.Carried);
        _losses.Clear();
        Array.Clear(_norms);
        BeginAudit();
        BeginPhase(Phase.Computing);
    }

    private void FinishComputing()
    {
        if (_phase != Phase.Computing || _norms.Any(norm => norm is null) || !_pool.IsComplete || IsAuditPending) return;
        var loss = _losses.Fold((left, right) => new TreeNodeLoss(default, left.Loss + right.Loss, left.NotFinite ?? right.NotFinite));
        double norm = Math.Sqrt(SquaredNorm.Total([.. _norms.SelectMany(blocks => blocks!)]));
        if (loss.NotFinite is not null || !double.IsFinite(norm))
        {
            _phase = Phase.Over;
            _decisions.Add(new Diagnose(loss.NotFinite, _rows));
            return;
        }

        CountAudit();
        _phase = Phase.Updating;
        _updated.Clear();
        _loss = loss.Loss;
        var update = _plan.NextUpdate(State.Progress, norm);
        _stepDone = new StepDone(State.Progress, _loss.Mean, norm, update.LearningRate, (int)_job.Data.PositionsOf(_rows));
        bool isAveraged = _job.Training.Averaging is not null && _plan.Validates && _plan.IsEpochDone(TrainingPlan.AfterStep(State.Progress, _loss));
        _decisions.Add(new Update(State.Progress.Step, update, IsForNextStep: !isAveraged));
    }

    private void BeginValidation()
    {
        Array.Clear(_validation);
        BeginPhase(Phase.Validating);
    }

    private void CloseEpoch(LossSum? validation)
    {
        var closed = _plan.CloseEpoch(State, validation);
        _decisions.Add(new Tell(closed));
        SaveNow(closed.IsBest, mayBeSkipped: false);
    }

    private void SaveNow(bool isBest, bool mayBeSkipped)
    {
        if (!mayBeSkipped) _cadence.Saved(State.Progress);
        _decisions.Add(new Save(isBest, mayBeSkipped));
    }
}
