using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Aggregation;
using RnnActors.Training.Checkpointing;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// Carries out what <see cref="TrainingRun"/> decides: tells nodes, aggregators and the checkpoint writer, and tells the run what they answer. It routes; it decides
/// nothing.
/// </summary>
public sealed class CoordinatorActor : ReceiveActor
{
    /// <summary>Checkpoints on their way to the disk at once; a further one is left out where it may be.</summary>
    private const int MostWrites = 2;

    private readonly TrainingJob _job;
    private readonly TrainingRun _run;
    private readonly Action<TrainingEvent> _observe;
    private readonly TaskCompletionSource<TrainingOutcome> _completion;
    private readonly IReadOnlyList<IActorRef> _aggregators;
    private readonly IActorRef? _writer;
    private readonly List<(IActorRef Node, int First, int Count)> _nodes = [];
    private int _workers, _writes;
    private TrainingOutcome? _outcome;
    private Exception? _failure;

    public CoordinatorActor(CoordinatorSettings settings, TaskCompletionSource<TrainingOutcome> completion)
    {
        (_job, _observe, _completion) = (settings.Job, settings.Observe, completion);
        var state = _job.CreateState();
        var segments = Segments.Cut(state.Parameters.Length, settings.Segments);
        _run = new TrainingRun(_job, state, segments.Count);
        _aggregators = [.. segments.Select(segment => Context.ActorOf(
            GradientAggregator.Props(segment, _job.Training, state, Self), $"aggregator-{segment.Number}"))];
        if (settings.Checkpoints is { } sink) _writer = Context.ActorOf(CheckpointWriter.Props(sink), "checkpoints");
        Receive<NodeJoined>(Welcome);
        Receive<ShardsComputed>(computed => Do(_run.ShardsComputed(computed)));
        Receive<ShardsEvaluated>(evaluated => Do(_run.ShardsEvaluated(evaluated)));
        Receive<ShardsLost>(lost => Do(_run.ShardsLost(lost)));
        Receive<SegmentSummed>(summed => Do(_run.SegmentSummed(summed)));
        Receive<SegmentUpdated>(updated => Do(_run.SegmentUpdated(updated)));
        Receive<CheckpointHandled>(handled =>
        {
            _writes--;
            _observe(handled.Outcome);
            CompleteWhenWritten();
        });
        Receive<StopTraining>(_ => Do(_run.StopRequested()));
    }

    /// <summary>Ends the run between two steps, with a checkpoint.</summary>
    public sealed record StopTraining
    {
        public static readonly StopTraining Instance = new();
    }

    public static Props Props(CoordinatorSettings settings, TaskCompletionSource<TrainingOutcome> completion) =>
        Akka.Actor.Props.Create(() => new CoordinatorActor(settings, completion)).WithDispatcher(Dispatchers.Compute);

    /// <summary>The coordinator never goes on from a state that it does not understand: the run ends with the error.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(error =>
    {
        _completion.TrySetException(error);
        return Directive.Stop;
    });

    protected override void PreRestart(Exception reason, object message)
    {
        _completion.TrySetException(reason);
        base.PreRestart(reason, message);
    }

    private void Welcome(NodeJoined joined)
    {
        _nodes.Add((Sender, _workers, joined.Workers));
        Sender.Tell(new PrepareRun(_job, _aggregators, _workers));
        var ids = Enumerable.Range(_workers, joined.Workers).Select(number => new WorkerId(number)).ToArray();
        _workers += joined.Workers;
        Do(_run.WorkersJoined(ids));
    }

    private void Do(IReadOnlyList<Decision> decisions)
    {
        foreach (var decision in decisions) Do(decision);
    }

    private void Do(Decision decision)
    {
        switch (decision)
        {
            case Publish publish:
                foreach (var (node, _, _) in _nodes) node.Tell(new ParametersPublished(publish.Step, _run.State.Parameters));
                break;
            case Assign assign:
                NodeOf(assign.Worker).Tell(new ComputeShards(assign.Worker, assign.Step));
                break;
            case AssignEvaluation assign:
                NodeOf(assign.Worker).Tell(new EvaluateShards(assign.Worker, assign.Step, assign.Shards));
                break;
            case Update update:
                foreach (var aggregator in _aggregators) aggregator.Tell(new ApplyUpdate(update.Step, update.Values));
                break;
            case Tell tell:
                _observe(tell.Event);
                break;
            case Save save:
                Save(save);
                break;
            case Finish finish:
                _outcome = new TrainingOutcome(_run.State, finish.IsComplete);
                CompleteWhenWritten();
                break;
            case Diagnose diagnose:
                _failure = Diagnosis.NotANumber(_job, _run.State, diagnose.Shard, diagnose.BatchRows);
                CompleteWhenWritten();
                break;
            case GiveUp giveUp:
                _failure = new TrainingFailedException($"{giveUp.Shards} of step {_run.State.Progress.Step + 1} failed again and again: {giveUp.Reason}");
                CompleteWhenWritten();
                break;
            default:
                throw new InvalidOperationException($"Nobody does {decision}.");
        }
    }

    private void Save(Save save)
    {
        if (_writer is null) return;
        if (save.MayBeSkipped && _writes >= MostWrites)
        {
            _observe(new CheckpointNotSaved(_run.State.Progress.Step, "the disk is still busy with the ones before"));
            return;
        }

        _writes++;
        _writer.Tell(new SaveCheckpoint(_run.State.Snapshot(), save.IsBest));
    }

    /// <summary>Ends the run, well or not, when every checkpoint that is on its way has been written: a failure does not cost one.</summary>
    private void CompleteWhenWritten()
    {
        if (_writes > 0) return;
        if (_failure is not null) _completion.TrySetException(_failure);
        else if (_outcome is not null) _completion.TrySetResult(_outcome);
    }

    private IActorRef NodeOf(WorkerId worker)
    {
        foreach (var (node, first, count) in _nodes)
            if (worker.Number >= first && worker.Number < first + count) return node;
        throw new InvalidOperationException($"{worker} belongs to no node.");
    }
}
