using RnnActors.Core.Kernels;
using RnnActors.Core.Losses;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// The state of a run and all its decisions: told what happened, it answers what is to be done. It knows no actor, clock or random number, so every order of events
/// can be tried in a test. Whatever the order, the answers to a step are combined in the order of the reduction tree.
/// </summary>
public sealed class TrainingRun
{
    /// <summary>How often the same shards may fail in one step before the run is given up: a fault that returns is not the machine's.</summary>
    private const int MostFailures = 3;

    private readonly TrainingJob _job;
    private readonly TrainingPlan _plan;
    private readonly TreeNodes<NodeLoss> _losses;
    private readonly LossSum?[] _validation;
    private readonly float[] _carried;
    private readonly double[]?[] _norms;
    private readonly List<WorkerId> _workers = [];
    private readonly Dictionary<WorkerId, ShardRange> _pending = [];
    private readonly Dictionary<ShardRange, int> _failures = [];
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

    /// <summary>Workers are ready; the first ones begin the run.</summary>
    public IReadOnlyList<Decision> WorkersJoined(IEnumerable<WorkerId> workers) => Decide(() =>
    {
        _workers.AddRange(workers);
        if (_phase == Phase.Waiting && _workers.Count > 0) Continue();
    });

    /// <summary>End the run at the next place between two steps, with a checkpoint. An epoch whose steps are done is closed before that, which may need workers.</summary>
    public IReadOnlyList<Decision> StopRequested() => Decide(() =>
    {
        _stopRequested = true;
        if (_phase == Phase.Waiting && !_plan.IsEpochDone(State.Progress)) Continue();
    });

    public IReadOnlyList<Decision> ShardsComputed(ShardsComputed computed) => Decide(() =>
    {
        if (_phase != Phase.Computing || computed.Step != State.Progress.Step) return;
        foreach (var node in computed.Nodes) _losses.Add(node.Node, node);
        var rows = new ShardPlan(_rows.Length, _job.Training.Shards).RowsOf(computed.Shards);
        computed.FinalState.Span.CopyTo(_carried.AsSpan(Math.Min(_carried.Length, rows.First * _job.Model.StateWidth)));
        if (_pending.TryGetValue(computed.Worker, out var shards) && shards == computed.Shards) _pending.Remove(computed.Worker);
        FinishComputing();
    });

    public IReadOnlyList<Decision> SegmentSummed(SegmentSummed summed) => Decide(() =>
    {
        if (_phase != Phase.Computing || summed.Step != State.Progress.Step) return;
        _norms[summed.Segment.Number] = summed.BlockNorms;
        FinishComputing();
    });

    public IReadOnlyList<Decision> SegmentUpdated(SegmentUpdated updated) => Decide(() =>
    {
        if (_phase != Phase.Updating || updated.Step != State.Progress.Step || !_updated.Add(updated.Segment.Number) || _updated.Count < _norms.Length) return;
        _carried.CopyTo(State.Carried, 0);
        State.Progress = TrainingPlan.AfterStep(State.Progress, _loss);
        _decisions.Add(new Tell(_stepDone! with { Progress = State.Progress }));
        if (IsCheckpointDue()) SaveNow(isBest: false, mayBeSkipped: true);
        Continue();
    });

    public IReadOnlyList<Decision> ShardsEvaluated(ShardsEvaluated evaluated) => Decide(() =>
    {
        if (_phase != Phase.Validating || evaluated.Step != State.Progress.Step) return;
        for (int i = 0; i < evaluated.Losses.Count; i++) _validation[evaluated.Shards.First + i] ??= evaluated.Losses[i];
        _pending.Remove(evaluated.Worker);
        if (_validation.Any(loss => loss is null)) return;
        CloseEpoch(Evaluation.Sum([.. _validation.Select(loss => loss!.Value)]));
        Continue();
    });

    /// <summary>A worker failed and is ready again: it gets the same shards again, with the same result.</summary>
    public IReadOnlyList<Decision> ShardsLost(ShardsLost lost) => Decide(() =>
    {
        _decisions.Add(new Tell(new WorkerRestarted(lost.Worker.ToString(), lost.Reason)));
        if (_phase is not (Phase.Computing or Phase.Validating) || lost.Step != State.Progress.Step) return;
        int failures = _failures[lost.Shards] = _failures.GetValueOrDefault(lost.Shards) + 1;
        if (failures >= MostFailures)
        {
            _phase = Phase.Over;
            _decisions.Add(new GiveUp(lost.Shards, lost.Reason));
            return;
        }

        if (_phase == Phase.Computing) AssignStep(lost.Worker, lost.Shards);
        else AssignValidation(lost.Worker, lost.Shards);
    });

    private List<Decision> Decide(Action react)
    {
        _decisions.Clear();
        if (_phase != Phase.Over) react();
        return _decisions;
    }

    /// <summary>What comes next, between two steps.</summary>
    private void Continue()
    {
        while (true)
        {
            if (_plan.IsFinished(State.Progress) || (_stopRequested && !_plan.IsEpochDone(State.Progress)))
            {
                if (_savedStep != State.Progress.Step) SaveNow(isBest: false, mayBeSkipped: false);
                _decisions.Add(new Finish(_plan.IsFinished(State.Progress)));
                _phase = Phase.Over;
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

    /// <summary>Whether a checkpoint is due in mid-epoch. The ends of epochs and of the run have their own, which are never skipped.</summary>
    private bool IsCheckpointDue() =>
        _job.CheckpointEverySteps is { } every && State.Progress.Step % every == 0 && !_plan.IsEpochDone(State.Progress) && !_stopRequested && !_plan.IsFinished(State.Progress);

    private void BeginStep()
    {
        _phase = Phase.Computing;
        _rows = _plan.NextRows(State.Progress);
        if (State.Progress.Position == 0) Array.Clear(State.Carried);
        _losses.Clear();
        _failures.Clear();
        Array.Clear(_norms);
        _decisions.Add(new Publish(State.Progress.Step));
        foreach (var (worker, shards) in Parts()) AssignStep(worker, shards);
    }

    private void AssignStep(WorkerId worker, ShardRange shards)
    {
        _pending[worker] = shards;
        var rows = new ShardPlan(_rows.Length, _job.Training.Shards).RowsOf(shards);
        int width = State.Carried.Length == 0 ? 0 : _job.Model.StateWidth;
        _decisions.Add(new Assign(worker, new ShardStep(
            State.Progress.Step, _rows, shards, State.Carried.AsMemory(rows.First * width, rows.Count * width))));
    }

    private void FinishComputing()
    {
        if (_norms.Any(norm => norm is null) || !_losses.IsComplete || _pending.Count > 0) return;
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
        _phase = Phase.Validating;
        _failures.Clear();
        Array.Clear(_validation);
        _decisions.Add(new Publish(State.Progress.Step));
        foreach (var (worker, shards) in Parts()) AssignValidation(worker, shards);
    }

    private void AssignValidation(WorkerId worker, ShardRange shards)
    {
        _pending[worker] = shards;
        _decisions.Add(new AssignEvaluation(worker, State.Progress.Step, shards));
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
        _savedStep = State.Progress.Step;
        _decisions.Add(new Save(isBest, mayBeSkipped));
    }

    /// <summary>The shards as evenly as they go, in order, to the workers in order of their numbers. No bit depends on it.</summary>
    private IEnumerable<(WorkerId Worker, ShardRange Shards)> Parts()
    {
        int shards = _job.Training.Shards, workers = Math.Min(_workers.Count, shards);
        _pending.Clear();
        for (int i = 0; i < workers; i++)
        {
            int first = (int)((long)shards * i / workers), end = (int)((long)shards * (i + 1) / workers);
            yield return (_workers[i], new ShardRange(first, end - first));
        }
    }
}
