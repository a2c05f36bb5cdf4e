using Akka.Actor;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Objectives;
using RnnActors.Core.Training;
using RnnActors.Training.Aggregation;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Threads;
using RnnActors.Training.Transfer;
using RnnActors.Training.Worker;

namespace RnnActors.Training.Remote;

/// <summary>
/// A run on a node in another process than its coordinator. To the workers it is the coordinator; to the coordinator's process it sends wire messages and
/// uses the tensor channel. It fetches the data, and holds each order until its floats have arrived.
/// </summary>
internal sealed partial class RemoteRun : ReceiveActor
{
    private readonly NodeLink _link;
    private readonly PrepareRemoteRun _prepare;
    private readonly ContentHash _run;
    private readonly int _workers;
    private readonly RunFiles _files;
    private readonly MemoryBeside _memory;
    private readonly HashSet<ContentHash> _missing = [];
    private readonly List<ComputeRemoteShards> _computations = [];
    private readonly List<EvaluateRemoteShards> _evaluations = [];
    private readonly RunTrace? _trace;
    private TrainingJob? _job;
    private IWireMessage? _answer;
    private StepInbox? _inbox;
    private IActorRef? _node, _reducer;
    private AlignedBuffer? _parameters;
    private long _parametersVersion = -1, _publishedVersion = -1;
    private int _parts;

    public RemoteRun(NodeLink link, PrepareRemoteRun prepare, string name, int workers, RunFiles files, MemoryBeside memory)
    {
        _trace = RunTrace.Join(prepare.Job.RunId, name, prepare.TraceParent, prepare.Job.Train, prepare.Job.Validation, prepare.Job.Start);
        (_link, _prepare, _workers, _files, _memory) = (link, prepare, Math.Min(workers, prepare.Workers ?? workers), files, memory);
        _run = prepare.NameOfFrames();
        Receive<IReadOnlyList<ContentHash>>(Fetch);
        Receive<ChannelSink.FileArrived>(arrived =>
        {
            if (_missing.Remove(arrived.File) && _missing.Count == 0) Load();
        });
        Receive<ChannelSink.FileFailed>(failed =>
        {
            if (_missing.Contains(failed.File)) Fail($"it could not get the run's data: {failed.Reason}");
        });
        Receive<TrainingJob>(Start);
        Receive<PrepareRemoteRun>(_ =>
        {
            if (_answer is not null) _link.Peer.Tell(_answer);
        });
        Receive<Status.Failure>(failure => Fail(failure.Cause));
        ReceiveFromCoordinator();
        ReceiveFromWorkers();
    }

    /// <summary>To the node: what the preparation waits for; null when it is ready.</summary>
    public sealed record Waits(string? For);

    /// <summary>To the node: it cannot take part in a run, and why.</summary>
    public sealed record Unable(string Run, string Reason);

    /// <param name="name">The node's name.</param>
    /// <param name="memory">The memory that the process's parts in all runs need.</param>
    public static Props Props(NodeLink link, PrepareRemoteRun prepare, string name, int workers, RunFiles files, MemoryBeside memory) =>
        Akka.Actor.Props.Create(() => new RemoteRun(link, prepare, name, workers, files, memory));

    protected override void PreStart() => BackgroundThread.Run(() => _files.Missing(_prepare.Job)).PipeTo(Self);

    /// <summary>Its workers end first, which may take until the next run has begun.</summary>
    protected override void PostStop()
    {
        if (_inbox is not null) _link.Sink.RouteAwayFrom(_inbox);
        _memory.Return(this);
    }

    private long Epoch => _link.Epoch;

    private string RunId => _prepare.Job.RunId;

    private void Fetch(IReadOnlyList<ContentHash> missing)
    {
        _missing.UnionWith(missing);
        Context.Parent.Tell(new Waits("its data, which come from the coordinator"));
        foreach (var file in missing) _link.Sink.Fetch(file, _link.Channel);
        if (_missing.Count == 0) Load();
    }

    private void Load()
    {
        Context.Parent.Tell(new Waits("its data to be read"));
        BackgroundThread.Run(() => _files.Load(_prepare.Job)).PipeTo(Self);
    }

    private void Start(TrainingJob job)
    {
        Context.Parent.Tell(new Waits("its workers"));
        _job = job;
        var plan = new MemoryPlan(_workers, _prepare.InSmallRounds);
        if (!_memory.TryTake(this, plan, job, isRemote: true, out var fitting, out string? problem))
        {
            Fail(problem!, fitting ?? default(MemoryPlan));
            return;
        }

        try
        {
            _inbox = new StepInbox(job, Self);
        }
        catch (OutOfMemoryException e)
        {
            Fail(e);
            return;
        }

        _link.Sink.RouteTo(_run, Epoch, _inbox);
        _node = Context.ActorOf(WorkerNode.Props(_workers, Self), "workers");
    }

    /// <summary>Fails the preparation. If memory is short, it offers what it can hold, if anything.</summary>
    private void Fail(Exception error)
    {
        if (ProcessMemory.IsShort(error)) Fail(ProcessMemory.RanOut, new MemoryPlan(_workers, _prepare.InSmallRounds).Smaller() ?? default(MemoryPlan));
        else Fail(error.Message);
    }

    /// <param name="plan">What it has memory for, with 0 threads for nothing; null if memory is not the reason.</param>
    private void Fail(string reason, MemoryPlan? plan = null)
    {
        Context.Parent.Tell(new Unable(_prepare.Job.Name, reason));
        Answer(new PreparationFailed(Epoch, RunId, reason, _prepare.Turn, plan?.Threads, plan?.InSmallRounds == true));
    }

    /// <summary>Answers the preparation, and each repetition of it.</summary>
    private void Answer(IWireMessage answer) => _link.Peer.Tell(_answer = answer);

    private void ReceiveFromWorkers()
    {
        Receive<NodeJoined>(_ =>
        {
            _reducer = Context.ActorOf(NodeReducer.Props(_job!.Training.Shards, Send), "reducer");
            _node!.Tell(new PrepareRun(_job, [_reducer], _prepare.FirstWorker, InParts: true, _prepare.InSmallRounds) { Trace = _trace });
        });
        Receive<NodePrepared>(_ =>
        {
            Context.Parent.Tell(new Waits(null));
            Answer(new RunPrepared(Epoch, RunId, _prepare.Turn));
        });
        Receive<ShardsComputed>(computed =>
        {
            bool carries = !computed.FinalState.IsEmpty;
            if (carries) _link.Channel.Send(new FrameDescription(FrameKind.State, _run, Epoch, computed.Step, computed.Order.Shards), computed.FinalState);
            Say(new RemoteShardsComputed(
                Epoch, RunId, computed.Step, ToWire(computed.Order),
                [.. computed.Losses.Select(loss => new WireTreeNodeLoss(loss.TreeNode.First, loss.TreeNode.Count, ToWire(loss.Loss), loss.NotFinite))],
                    computed.Seconds, carries, computed.Audited?.Select(ToWire).ToArray()));
        });
        Receive<ShardsAudited>(audited => Say(new RemoteShardsAudited(Epoch, RunId, audited.Step, ToWire(audited.Order), ToWire(audited.Sum))));
        Receive<ShardsEvaluated>(evaluated => Say(new RemoteShardsEvaluated(
            Epoch, RunId, evaluated.Step, ToWire(evaluated.Order), [.. evaluated.Losses.Select(ToWire)], evaluated.Seconds)));
        Receive<ShardsLost>(lost =>
        {
            if (lost.IsOutOfMemory) Context.Parent.Tell(new Unable(_prepare.Job.Name, lost.Reason));
            Say(new RemoteShardsLost(Epoch, RunId, lost.Step, ToWire(lost.Order), lost.Reason, lost.IsOutOfMemory));
        });
    }

    private bool IsPresent(long epoch, string runId) => epoch == Epoch && runId == RunId;

    /// <summary>Sends a part of the gradient of a tree node.</summary>
    private void Send(GradientPart part) => _link.Channel.Send(
        new FrameDescription(FrameKind.Gradient, _run, Epoch, part.Step, part.TreeNode, part.First), part.Gradient.Memory.Slice(part.First, part.Length),
        part.Gradient.Marks[(part.First / GradientBuffer.Alignment)..]);

    private void Say(IStepMessage message) => _link.Channel.Tell(new FrameDescription(FrameKind.Message, _run, Epoch), WireSerializer.Pack(message));

    private static WireOrder ToWire(ShardOrder order) => new(order.Worker.Number, order.Shards.First, order.Shards.Count, order.Attempt);

    private static WireAuditedSum ToWire(AuditedSum sum) => new(sum.TreeNode.First, sum.TreeNode.Count, sum.Hash);

    private static WireLoss ToWire(LossSum loss) => new(loss.Sum, loss.Count, loss.Correct, loss.Weight);
}
