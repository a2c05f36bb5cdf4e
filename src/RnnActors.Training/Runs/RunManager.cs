using Akka;
using Akka.Actor;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Problems;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Runs;

/// <summary>
/// The coordinator of a cluster, a cluster singleton. It carries out the decisions of <see cref="RunLedger"/>: it takes runs from clients, trains each with a
/// <see cref="CoordinatorActor"/> of its own, admits nodes and sends replicas to candidates. Its durable state is in its directory, from which the next
/// coordinator continues.
/// </summary>
internal sealed partial class RunManager : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(100), Repeated = TimeSpan.FromSeconds(2);

    private readonly RunManagerSettings _settings;
    private readonly RunLedger _ledger;
    private readonly RunFollowers _followers = new();
    private readonly ClientConnections _clients = new();
    private readonly Dictionary<string, IActorRef> _remotes = [];
    private readonly Dictionary<string, NodeTraffic> _traffic = [];
    private readonly Dictionary<string, Peer> _peers = [];
    private readonly Dictionary<string, StorageHeld> _storage = [];
    private readonly OfferedFiles _offered;
    private readonly RunLogs _logs;
    private readonly UnwrittenRecords _unwritten;
    private readonly IActorRef _self;
    private readonly QueueTrace _queue = new();
    private readonly Dictionary<string, ActiveRun> _active = [];
    private ChannelListener _listener = null!;
    private int _begun, _remotesMade;
    private long _epoch;
    private bool _isWaitingForPort;

    public RunManager(RunManagerSettings settings)
    {
        _settings = settings;
        _self = Self;
        _offered = new OfferedFiles(settings.Directory.OfferedFolder, settings.Report, settings.Directory.Disk);
        _logs = new RunLogs(settings.Directory, settings.Clock, settings.Report);
        _unwritten = new UnwrittenRecords(settings.Directory, settings.Report);
        _epoch = settings.Directory.ReadEpoch() + 1;
        _ledger = new RunLedger(
            _epoch, settings.Version, replicates: !settings.IsShared, settings.Name, settings.Arithmetic, settings.MaxRuns, settings.Preempts,
            settings.Places);
        _returned = new ReplicaKeeper(settings.Directory);
        _gate = settings.Credentials is { } credentials ? new ClientGate(credentials) : null;
        Receive<IReadOnlyList<FoundRun>>(found =>
        {
            foreach (var run in found) Do(_ledger.Restored(run.Run, run.Missing.Select(file => file.ToString()), run.Checkpoints));
            Become(Ready);
            Stash.UnstashAll();
            Await();
        });
        Receive<Status.Failure>(failure => throw failure.Cause);
        Receive<HandOver>(_ => Context.Stop(Self));
        Receive<ListenAgain>(_ => Listen());
        Receive<PrepareHandOver>(_ => _isWaitingForPort, _ => Sender.Tell(Done.Instance));
        Receive<IWireMessage>(_ =>
        {
            // It will be repeated until it is answered.
        });
        ReceiveAny(_ => Stash.Stash());
    }

    /// <summary>The runs on the disk are restored.</summary>
    private void Ready()
    {
        ReceiveFromNodes();
        ReceiveSigned();
        ReceiveFromClients();
        ReceiveOrders();
        ReceiveFromRun();
        ReceiveFromMembers();
        ReceiveAboutStates();
        ReceiveAboutHandOver();
        Receive<Flush>(_ =>
        {
            _followers.Flush();
            TellAcknowledged();
            if (_logs.IsPending) InBackground(_logs.Flush);
        });
        Receive<WriteAgain>(_ =>
        {
            _unwritten.TryAgain();
            WriteLater();
            if (_unwritten.IsEmpty) _settings.Report("The disk takes writes again: the records that it had refused are written");
        });
        ReceiveAny(_ =>
        {
            // About a run or a node that this coordinator no longer has.
        });
    }

    private sealed record Flush
    {
        public static readonly Flush Instance = new();
    }

    private sealed record WriteAgain
    {
        public static readonly WriteAgain Instance = new();
    }

    private sealed record ListenAgain
    {
        public static readonly ListenAgain Instance = new();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    public static Props Props(RunManagerSettings settings) => Akka.Actor.Props.Create(() => new RunManager(settings));

    protected override void PreStart()
    {
        WriteEpoch();
        Context.System.EventStream.Subscribe(Self, typeof(ClientRefused));
        Timers.StartPeriodicTimer(nameof(Flush), Flush.Instance, FlushEvery);
        WatchMembers();
        if (!_settings.IsShared) DiskWrite.Try("What was offered before", _offered.Clear, _settings.Report);
        Listen();
    }

    /// <summary>Opens the channel's port, or waits until it is free: if it gave up, the cluster would have no coordinator.</summary>
    private void Listen()
    {
        try
        {
            _listener = ChannelListener.Start(_settings.ChannelEndPoint, _settings.Credentials, _settings.Channel, _settings.Refused);
        }
        catch (InvalidInputException e)
        {
            if (!_isWaitingForPort) _settings.Report($"{e.Message.TrimEnd('.')}. Trying again until it can");
            _isWaitingForPort = true;
            Timers.StartSingleTimer(nameof(ListenAgain), ListenAgain.Instance, Repeated);
            return;
        }

        _isWaitingForPort = false;
        BackgroundThread.Run(ReadRuns).PipeTo(Self);
    }

    protected override void PostStop()
    {
        InBackground(_logs.Flush);
        _queue.End();
        _settings.Use.Forget(Retention.Coordinator);
        _listener?.Dispose();
        foreach (var active in _active.Values)
        {
            active.LocalWorkers?.Tell(PoisonPill.Instance);
            active.Checkpoints.Dispose();
            _settings.Memory.Return(active);
        }

        foreach (var client in _clients.All) client.Sink.Close("the coordinator has ended");
    }

    /// <summary>A coordinator whose state is in doubt is restarted from its disk.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(error =>
    {
        _settings.Report($"A part of the coordinator failed: {error.Message}");
        return Directive.Stop;
    });

    private void Do(IReadOnlyList<ManagerDecision> decisions)
    {
        foreach (var decision in decisions.ToArray()) Do(decision);
        ManagedRun[] waiting = [.. _ledger.Queue.Except(_ledger.Active)];
        TrainingMeter.RunsWaiting.Record(waiting.Length);
        if (_queue.IsHeard)
        {
            _queue.Observe(
                waiting.Select(run => (run.Job.RunId, new[] { run.Job.Train, run.Job.Validation, run.Job.Start }.OfType<string>())),
                [.. _ledger.Active.Select(run => run.Job.RunId)]);
        }

        TellNeeds();
    }

    /// <summary>Declares what must stay in the directory: runs that have not ended, those that clients follow, and their data.</summary>
    private void TellNeeds() => _settings.Use.Need(Retention.Coordinator, _ledger.Runs
        .Where(run => run.Record.Ending is null || _followers.Of(run.Job.RunId).Any())
        .SelectMany(run => new[] { run.Job.RunId, run.Job.Train, run.Job.Validation, run.Job.Start })
        .OfType<string>());

    private void Do(ManagerDecision decision)
    {
        switch (decision)
        {
            case StoreRun store: Store(store.Run); break;
            case BeginRun begin: Load(begin.Job); break;
            case RemoveRun remove: Remove(remove); break;
            case StopCurrent stop: _active.GetValueOrDefault(stop.RunId)?.Coordinator.Tell(CoordinatorActor.StopTraining.Instance); break;
            case TellEnded ended: _followers.Tell(ended.Ended); break;
            case LimitSettling limit: Timers.StartSingleTimer(("settle", limit.RunId), limit, limit.After); break;
            case TellPaused paused: Tell(paused); break;
            case TellResumed resumed: Tell(resumed); break;
            case RaiseEpoch raise:
                _epoch = raise.Epoch;
                WriteEpoch();
                break;
            case AcceptNode accept: Accept(accept.Node); break;
            case RefuseNode refuse: Refuse(refuse); break;
            case TellShutOut shutOut: ShutOut(shutOut); break;
            case DropNode drop: Drop(drop.NodeId, drop.Reason); break;
            case AdmitNode admit: Admit(admit.NodeId, admit.RunId); break;
            case Replicate copy: Offer(copy); break;
            case OfferAgain again: OfferLater(again); break;
            case Acknowledge acknowledge:
                foreach (var run in acknowledge.Runs) _toTell[run.RunId] = run;
                break;
            case FetchRun fetch: Fetch(fetch); break;
            case FetchAgain again: Timers.StartSingleTimer(("fetch", again.NodeId, again.RunId), again, again.After); break;
            default: throw new InvalidOperationException($"No actor carries out {decision}.");
        }
    }

    /// <param name="since">In milliseconds of <see cref="Environment.TickCount64"/>.</param>
    private static bool IsRecent(long since) => Environment.TickCount64 - since < Repeated.TotalMilliseconds;

    private void WriteEpoch()
    {
        _unwritten.WriteEpoch(_epoch);
        WriteLater();
    }

    private void Store(RunRecord run)
    {
        _unwritten.Write(run);
        WriteLater();
    }

    private void WriteLater()
    {
        if (!_unwritten.IsEmpty && !Timers.IsTimerActive(nameof(WriteAgain)))
            Timers.StartSingleTimer(nameof(WriteAgain), WriteAgain.Instance, Repeated);
    }

    private static void InBackground(Action work) => BackgroundThread.Run<object?>(() =>
    {
        work();
        return null;
    });

    private IReadOnlyList<FoundRun> ReadRuns() => [.. _settings.Directory.ReadRuns().Select(run => new FoundRun(
        run, _settings.Files.Missing(run.Job), ReplicaFiles.Newest(_settings.Directory.CheckpointsOf(run.Job.RunId), _settings.Report)))];

    /// <summary>A run found on the disk.</summary>
    private sealed record FoundRun(RunRecord Run, IReadOnlyList<ContentHash> Missing, IReadOnlyList<ReplicaFile> Checkpoints);
}
