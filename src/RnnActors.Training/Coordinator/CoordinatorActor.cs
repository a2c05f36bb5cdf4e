using System.Diagnostics;
using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Aggregation;
using RnnActors.Training.Checkpointing;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Coordinator;

/// <summary>
/// The actor of one run. It carries out the decisions of <see cref="TrainingRun"/>: it sends them to nodes, aggregators and the checkpoint writer, and
/// passes the answers on. It routes and decides nothing.
/// </summary>
public sealed partial class CoordinatorActor : ReceiveActor
{
    /// <summary>How long a run waits for others when a node has too little memory for it and no other takes part.</summary>
    private static readonly TimeSpan OthersMayCome = TimeSpan.FromSeconds(5);

    private readonly TrainingJob _job;
    private readonly bool _inParts;
    private readonly TrainingRun _run;
    private readonly Action<TrainingEvent> _observe;
    private readonly TaskCompletionSource<TrainingOutcome> _completion;
    private readonly IReadOnlyList<IActorRef> _aggregators;
    private readonly IActorRef? _writer;
    private readonly List<Node> _nodes = [];
    private readonly RunMeasurements _measurements;
    private readonly RunTrace? _trace;
    private readonly long _started = Stopwatch.GetTimestamp();
    private ICancelable? _deadline, _verdict;
    private int _workers, _nodeNumbers, _writes;
    private TrainingOutcome? _outcome;
    private Exception? _failure;

    public CoordinatorActor(CoordinatorSettings settings, TaskCompletionSource<TrainingOutcome> completion)
    {
        (_job, _completion, _inParts) = (settings.Job, completion, settings.InParts);
        _measurements = new RunMeasurements(settings.IsAmongOthers ? settings.RunId : null);
        _observe = happened =>
        {
            _measurements.Observe(happened);
            _trace?.Observe(happened);
            settings.Observe(happened);
        };
        var state = _job.CreateState();
        var segments = ParameterSegments.Cut(state.Parameters.Length, settings.Segments);
        _run = new TrainingRun(_job, state, segments.Count, settings.Audit, settings.Unaudited);
        _aggregators = [.. segments.Select(segment => Context.ActorOf(
            GradientAggregator.Props(segment, _job.Training, state, Self), $"aggregator-{segment.Number}"))];
        if (settings.Checkpoints is { } sink) _writer = Context.ActorOf(CheckpointWriter.Props(sink), "checkpoints");
        _trace = RunTrace.Begin(settings.RunId, settings.NodeName, state.Progress, settings.Caller, settings.Begun);
        if (_trace is not null)
        {
            foreach (var aggregator in _aggregators) aggregator.Tell(new RunTrace.Follow(_trace));
            _writer?.Tell(new RunTrace.Follow(_trace));
        }

        Receive<NodeJoined>(Welcome);
        Receive<NodePrepared>(_ => Prepared());
        Receive<NodeDraining>(_ => Drain());
        Receive<NodeLost>(lost => Lose(Sender, lost.Reason));
        Receive<NodeUnable>(unable =>
        {
            if (Find(Sender) is not { } node) return;
            Forget(Sender);

            // In a cluster, other nodes may be about to join; in one process there are none.
            Do(_run.NodeUnable(node.Name, unable.Reason, unable.IsOutOfMemory, isLast: node.Name is null));
            if (unable.IsOutOfMemory && node.Name is { } name)
            {
                _verdict?.Cancel();
                _verdict = Context.System.Scheduler.ScheduleTellOnceCancelable(OthersMayCome, Self, new MemoryVerdict(name, unable.Reason), Self);
            }
        });
        Receive<MemoryVerdict>(verdict =>
        {
            if (_nodes.Count == 0) Do(_run.NodeUnable(verdict.Name, verdict.Reason, isOutOfMemory: true, isLast: true));
        });
        Receive<Terminated>(dead => Lose(dead.ActorRef, "it ended"));
        Receive<NodeSuspected>(suspected => DoFor(Sender, node => _run.NodeSuspected(node, suspected.Reason)));
        Receive<NodeTrusted>(_ => DoFor(Sender, _run.NodeTrusted));
        Receive<DeadlinePassed>(passed => Do(_run.DeadlinePassed(passed.Number)));
        Receive<ShardsComputed>(computed => Do(_run.ShardsComputed(computed)));
        Receive<ShardsAudited>(audited => Do(_run.ShardsAudited(audited)));
        Receive<ShardsEvaluated>(evaluated => Do(_run.ShardsEvaluated(evaluated, Now)));
        Receive<ShardsLost>(lost => Do(_run.ShardsLost(lost)));
        Receive<SegmentSummed>(summed => Do(_run.SegmentSummed(summed)));
        Receive<StretchUpdated>(updated => updated.Step == _run.State.Progress.Step && !_run.IsOver, updated =>
        {
            foreach (var node in _nodes)
                if (node.IsRemote && node.Step == updated.Step)
                    node.Actor.Tell(new ParametersAdvanced(
                        ParametersVersion.Of(_job.Training, updated.Step + 1, isValidation: false), _run.State.Parameters, updated.First, updated.Length));
        });
        Receive<SegmentUpdated>(updated => Do(_run.SegmentUpdated(updated, Now)));
        Receive<CheckpointHandled>(handled =>
        {
            _writes--;
            _measurements.Write(-1);
            _observe(handled.Outcome);
            CompleteWhenWritten();
        });
        Receive<DescribePool>(describe => Sender.Tell(new PoolDescription(
            describe.Asker, describe.Before, settings.RunId, [.. _nodes.Where(node => node is { Name: not null, IsPrepared: true }).Select(node =>
                _run.Describe(node.Number, node.Name!)).OfType<PoolNodeStatus>()], _run.Unaudited)));
        Receive<StopTraining>(_ => Do(_run.StopRequested()));
    }

    /// <summary>Asks for the state of the nodes. Answered with <see cref="PoolDescription"/>.</summary>
    /// <param name="Asker">Returned with the answer, as is <paramref name="Before"/>.</param>
    /// <param name="Before">The answers of other runs.</param>
    public sealed record DescribePool(IActorRef Asker, IReadOnlyList<PoolDescription> Before);

    /// <param name="Unaudited">How many steps should have been audited and were not.</param>
    public sealed record PoolDescription(
        IActorRef Asker, IReadOnlyList<PoolDescription> Before, string? RunId, IReadOnlyList<PoolNodeStatus> Nodes, long Unaudited);

    /// <summary>A node in the present step.</summary>
    /// <param name="Shards">The shards assigned to it.</param>
    /// <param name="RowsPerSecond">The measured speed of all its workers together; 0 before it is known.</param>
    public sealed record PoolNodeStatus(string Name, string State, string Shards, double RowsPerSecond);

    /// <summary>Ends the run between two steps, with a checkpoint.</summary>
    public sealed record StopTraining
    {
        public static readonly StopTraining Instance = new();
    }

    private TimeSpan Now => Stopwatch.GetElapsedTime(_started);

    public static Props Props(CoordinatorSettings settings, TaskCompletionSource<TrainingOutcome> completion) =>
        Akka.Actor.Props.Create(() => new CoordinatorActor(settings, completion)).WithDispatcher(Dispatchers.Compute);

    /// <summary>An aggregator or writer that fails ends the run with its error: a state in doubt is never trained on.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(error =>
    {
        _completion.TrySetException(error);
        return Directive.Stop;
    });

    /// <summary>An error of the coordinator itself ends the run, whatever its supervisor does.</summary>
    protected override bool AroundReceive(Receive receive, object message)
    {
        try
        {
            return base.AroundReceive(receive, message);
        }
        catch (Exception error)
        {
            _completion.TrySetException(error);
            throw;
        }
    }

    protected override void PostStop()
    {
        _deadline?.Cancel();
        _verdict?.Cancel();
        _measurements.End();
        _trace?.End(_completion.Task.Exception?.GetBaseException());
    }

    private void Welcome(NodeJoined joined)
    {
        if (Find(Sender) is { } known)
        {
            if (!known.IsSetAside) return;
            _nodes.Remove(known);
        }

        var teams = joined.Teams ?? _job.TeamsOf(joined.Workers);
        _nodes.Add(new Node(
            Sender, _nodeNumbers++, joined.Name, [.. Enumerable.Range(_workers, teams.Workers).Select(number => new WorkerId(number))], teams.ThreadsOfEach,
                joined.IsRemote, joined.Process));
        Context.Watch(Sender);
        Sender.Tell(new PrepareRun(_job, _aggregators, _workers, _inParts) { Trace = _trace });
        _workers += teams.Workers;
    }

    private void Prepared()
    {
        if (Find(Sender) is not { IsPrepared: false, IsSetAside: false } node) return;
        node.IsPrepared = true;
        Do(_run.NodeJoined(node.Number, node.Name, node.Workers, node.Threads, node.Process));
    }

    private void Drain()
    {
        if (Find(Sender) is { IsPrepared: true } node && !_run.IsOver) Do(_run.NodeDraining(node.Number));
        else
        {
            Forget(Sender);
            Sender.Tell(NodeDrained.Instance);
        }
    }

    private void Lose(IActorRef actor, string reason)
    {
        var node = Find(actor);
        Forget(actor);
        if (node is { IsPrepared: true }) Do(_run.NodeLost(node.Number, reason));
    }

    private void DoFor(IActorRef actor, Func<int, IReadOnlyList<Decision>> decide)
    {
        if (Find(actor) is { IsPrepared: true } node) Do(decide(node.Number));
    }

    private void Forget(IActorRef actor)
    {
        Context.Unwatch(actor);
        _nodes.RemoveAll(node => node.Actor.Equals(actor));
    }

    private IActorRef ActorOf(int number) => _nodes.Find(node => node.Number == number)!.Actor;

    private Node? Find(IActorRef actor) => _nodes.Find(node => node.Actor.Equals(actor));

    private sealed record DeadlinePassed(long Number);

    /// <summary>Decides whether a run ends for want of memory: it does if no node has joined since.</summary>
    private sealed record MemoryVerdict(string Name, string Reason);

    /// <param name="Threads">Of each worker.</param>
    private sealed record Node(
        IActorRef Actor, int Number, string? Name, IReadOnlyList<WorkerId> Workers, int Threads, bool IsRemote, string? Process)
    {
        public bool IsPrepared { get; set; }

        /// <summary>Whether it ran out of memory and has not yet answered how much it can hold.</summary>
        public bool IsSetAside { get; set; }

        /// <summary>
        /// The last step of which it was given shards. Only nodes that work on the present step get the next parameters early: others may hang.
        /// </summary>
        public long Step { get; set; } = -1;
    }
}
