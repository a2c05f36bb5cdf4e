using Akka;
using Akka.Actor;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Threads;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Remote;

/// <summary>
/// Represents the coordinator in every process of a cluster. It registers the node, opens its channel, takes part in runs, and keeps replicas if the node
/// is a candidate. If the channel breaks, or the coordinator no longer knows the node, it drops its work and registers again.
/// </summary>
internal sealed partial class RemoteCoordinator : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250), Presence = TimeSpan.FromSeconds(1);

    private const int PresencesBetweenStorage = 15;
    private const string Part = "run";

    private readonly RemoteCoordinatorSettings _settings;
    private readonly ICanTell _coordinator;
    private readonly ReplicaKeeper _replicas;
    private readonly Retransmission _retransmission;
    private readonly List<IActorRef> _leaving = [];
    private long _epoch;
    private Opening? _opening;
    private NodeLink? _link;
    private bool _isHere, _isLeaving, _isDrained;
    private IActorRef? _run;
    private PrepareRemoteRun? _prepared;
    private StorageStatus? _storageTold;
    private int _presences;
    private string? _reported;
    private int _runs;

    public RemoteCoordinator(RemoteCoordinatorSettings settings)
    {
        (_settings, _coordinator) = (settings, Context.ActorSelection(settings.Coordinator));
        _replicas = new ReplicaKeeper(settings.Directory);
        _retransmission = new Retransmission(this);
        _epoch = settings.Directory.ReadEpoch();
        _acknowledged = new AcknowledgedRuns(settings.Directory.ReadAcknowledged());
        Receive<Tick>(_ => Look());
        Receive<NodeAccepted>(Accepted);
        Receive<NodeRefused>(Refused);
        Receive<RegisterAgain>(again =>
        {
            if (again.Epoch >= _epoch) Reset();
        });
        Receive<Terminated>(_ => Reset());
        ReceiveFromChannel();
        ReceiveAboutStates();
        Receive<PrepareRemoteRun>(IsPresent, Prepare);
        Receive<RemoteRun.Unable>(unable =>
        {
            (_preparation, _unableSince) = (null, Environment.TickCount64);
            _settings.Readiness.Say(Preparation, $"It cannot take part in {unable.Run}: {unable.Reason.TrimEnd('.')}");
            ReportOnce($"This node cannot take part in {unable.Run}: {unable.Reason.TrimEnd('.')}. It tries again from time to time");
        });
        Receive<RunClosed>(IsPresent, _ => EndRun());
        Receive<OfferReplica>(IsPresent, Keep);
        Receive<KeptOffer>(kept =>
        {
            Kept(kept.Offer, kept.Problem);
            Answer(_replicas.Done(kept.Offer, kept.Problem));
        });
        Receive<ReplicaKeeper.Lacking>(FetchReplica);
        Receive<Leave>(_ => BeginLeaving());
        Receive<BeDrained>(IsPresent, BeDrained);
        Receive<Retransmission.Due>(due => due.Say());
        Receive<NodeReleased>(_ => Released());
        ReceiveAny(_ =>
        {
            // Of a coordinator that is no longer ours.
        });
    }

    /// <summary>The node is to leave: it finishes what it has. Answered with <see cref="Done"/> when nothing waits for it.</summary>
    public sealed record Leave
    {
        public static readonly Leave Instance = new();
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    private sealed record KeptOffer(OfferReplica Offer, string? Problem);

    /// <summary>A channel that is about to be opened.</summary>
    private sealed record Opening(long Epoch, IActorRef Peer, ChannelSink Sink, TensorChannel Channel);

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(RemoteCoordinatorSettings settings) => Akka.Actor.Props.Create(() => new RemoteCoordinator(settings));

    protected override void PreStart()
    {
        _settings.Readiness.Say(Registration, NotRegistered);
        Self.Tell(Tick.Instance);
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, Retry);
    }

    protected override void PostStop()
    {
        WriteAcknowledged(atOnce: true);
        _link?.Channel.Close("the node has ended");
        _opening?.Channel.Close("the node has ended");
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(error =>
    {
        _settings.Report($"The node's part in a run failed: {ProcessMemory.Describe(error)}");
        Reset();
        return Directive.Stop;
    });

    private const string NotRegistered = "It has not registered with the coordinator yet";

    private long _lastPresence;

    /// <summary>Registers the node, or sends a heartbeat if it is registered, to which the coordinator objects if it does not know it.</summary>
    private void Look()
    {
        WriteAcknowledged();
        SayPreparation();
        if (_isLeaving && _link is null && !_isHere) Left();
        if (_link is null && !_isHere)
        {
            if (_opening is not null || _isLeaving || !KnowsHeld()) return;
            HeldRun[] held = [.. (_held ?? []).Select(run => new HeldRun(run.Key, run.Value))];
            _coordinator.Tell(new RegisterNode(Described(), [.. _acknowledged.All], held), Self);
            return;
        }

        long now = Environment.TickCount64;
        if (now - _lastPresence < Presence.TotalMilliseconds) return;
        _lastPresence = now;
        TellStorage();
        _coordinator.Tell(new NodePresent(_settings.Node.NodeId, _epoch, _run is null ? null : _prepared!.Job.RunId, _settings.Readiness.Problem), Self);
    }

    /// <summary>It may become the coordinator all the same, and then must know what there is.</summary>
    private void Refused(NodeRefused refused)
    {
        if (_isHere) return;
        if (_link is null) // one that was let in before, and is shut out now, knows what there is
        {
            if (refused.Epoch > _epoch)
            {
                _epoch = refused.Epoch;
                Remember();
            }

            Hear(refused.Acknowledged);
        }

        _settings.Readiness.Say(Registration, $"The coordinator refuses this node: {refused.Reason.TrimEnd('.')}");
        ReportOnce($"The coordinator refuses this node: {refused.Reason}");
    }

    /// <summary>Says what the node holds when that has changed, and again from time to time, since it may be lost on the way.</summary>
    private void TellStorage()
    {
        if (_settings.Use.Status is not { } held || (held == _storageTold && ++_presences % PresencesBetweenStorage != 0)) return;
        _storageTold = held;
        _coordinator.Tell(new StorageHeld(_settings.Node.NodeId, held, _settings.Credentials?.Warning), Self);
    }

    private void Accepted(NodeAccepted accepted)
    {
        if (_link is not null || _opening is not null || _isHere || _isLeaving || accepted.Epoch < _epoch) return;
        if (accepted.Epoch > _epoch)
        {
            _epoch = accepted.Epoch;
            Remember();
        }

        if (accepted.Acknowledged is { } told) HearAll(told);
        if (accepted.Channel is not { } address)
        {
            // The coordinator is in this process and runs the workers itself.
            _isHere = true;
            _settings.Readiness.Say(Registration, null);
            Context.Watch(Sender);
            return;
        }

        var sink = new ChannelSink(_settings.Directory.Files);
        sink.Attach(Self);
        _opening = new Opening(
            accepted.Epoch, Sender, sink, TensorChannel.Connect(address.Host, address.Port, address.Token, _settings.Credentials, sink, _settings.Channel));
    }

    private void Remember()
    {
        try
        {
            _settings.Directory.WriteEpoch(_epoch);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _settings.Report($"The epoch could not be written: {e.Message}");
        }
    }

    private void ReceiveFromChannel()
    {
        Receive<ChannelSink.ChannelOpened>(opened => opened.Sink == _opening?.Sink, _ =>
        {
            _link = new NodeLink(_opening!.Epoch, _opening.Peer, _opening.Channel, _opening.Sink);
            _opening = null;
            _settings.Readiness.Say(Registration, null);
            SayCopies();
            _lastPresence = Environment.TickCount64;
        });
        Receive<ChannelSink.ChannelBroken>(broken => broken.Sink == _opening?.Sink || broken.Sink == _link?.Sink, _ =>
        {
            // The channel of a process that was killed breaks long before anyone misses its heartbeats.
            if (_link is not null)
                Context.ActorSelection(ClusterPaths.User(ClusterPaths.CrashDetector)).Tell(new CrashDetector.ChannelBroke(_link.Peer.Path.Address));
            Reset();
        });
        Receive<ChannelSink.FileArrived>(arrived =>
        {
            _run?.Tell(arrived);
            _replicas.Arrived(arrived.File, Store);
        });
        Receive<ChannelSink.FileFailed>(failed =>
        {
            _run?.Tell(failed);
            _replicas.Failed(failed.File, offer => Self.Tell(new KeptOffer(offer, failed.Reason)));
        });
        Receive<ChannelSink.FileRequested>(wanted => Send(wanted.File));
    }

    private bool IsPresent(PrepareRemoteRun message) => IsPresent(message.Epoch);

    /// <summary>Of the coordinator of another process, or of this one.</summary>
    private bool IsPresent(BeDrained message) => IsPresent(message.Epoch) || (_isHere && message.Epoch == _epoch && Sender.Path.Address.HasLocalScope);

    /// <summary>One that closes the run before comes too late where the next is prepared already.</summary>
    private bool IsPresent(RunClosed message) => IsPresent(message.Epoch)
        && (_run is null || (_prepared!.Job.RunId == message.RunId && (message.Turn is not { } turn || _prepared.Turn <= turn)));

    private bool IsPresent(OfferReplica message) => IsPresent(message.Epoch);

    /// <summary>Whether the sender is the coordinator that the node is registered with. Another one may have the same epoch, if its disk was lost.</summary>
    private bool IsPresent(long epoch) => _link is not null && epoch == _link.Epoch && Sender.Equals(_link.Peer);

    private void Prepare(PrepareRemoteRun prepare)
    {
        if (_run is not null && prepare.Turn == _prepared!.Turn && prepare.Job.RunId == _prepared.Job.RunId)
        {
            _run.Tell(prepare);
            return;
        }

        // One that was said again, and comes after the next.
        if (_run is not null && prepare.Turn < _prepared!.Turn) return;
        EndRun();
        _prepared = prepare;
        _settings.Use.Need(Part, new[] { prepare.Job.Train, prepare.Job.Validation, prepare.Job.Start }.OfType<string>());
        _run = Context.ActorOf(RemoteRun.Props(_link!, prepare, _settings.Node.Name, _settings.Node.Workers, _settings.Files), $"run-{++_runs}");
    }

    private void EndRun()
    {
        if (_run is not null) Context.Stop(_run);
        _run = null;
        _settings.Use.Forget(Part);
        _preparation = null;
        // The coordinator closes the run of a node that was unable to take part: it is no abler for that.
        if (_unableSince is null) _settings.Readiness.Say(Preparation, null);
    }

    /// <summary>Forgets the coordinator, so that the next heartbeat registers with the present one.</summary>
    private void Reset()
    {
        EndRun();
        _replicas.Forget();
        _link?.Channel.Close("the node registers anew");
        _opening?.Channel.Close("the node registers anew");
        (_link, _opening, _isHere) = (null, null, false);
        _retransmission.End<NodeLeaving>();
        (_held, _returned) = (null, []);
        _unkept.Clear();
        _settings.Readiness.Say(Copies, null);
        _settings.Readiness.Say(Registration, NotRegistered);
        WriteAcknowledged(atOnce: true);
        if (_isLeaving) Left();
    }

    /// <summary>A repeated offer is answered again, or waits for the work that the first one began.</summary>
    private void Keep(OfferReplica offer)
    {
        if (_replicas.Begin(offer)) Background.Run(() => _replicas.Lack(offer)).PipeTo(Self, failure: e => new KeptOffer(offer, e.Message));
        else Answer(_replicas.Answer);
    }

    private void Answer(ReplicaStored? answer)
    {
        if (answer is not null) _link?.Peer.Tell(answer);
    }

    private void FetchReplica(ReplicaKeeper.Lacking lacking)
    {
        if (_link is null || !_replicas.Await(lacking, Store)) return;
        foreach (var file in lacking.Files) _link!.Sink.Fetch(file, _link.Channel);
    }

    private void Store(OfferReplica offer) =>
        Background.Run(() => new KeptOffer(offer, _replicas.Store(offer))).PipeTo(Self, failure: e => new KeptOffer(offer, e.Message));

    private NodeDescription Described()
    {
        var node = _settings.Node with { HighestEpoch = _epoch, IsDrained = _isDrained };
        return _isDrained ? node with { Workers = 0 } : node;
    }

    /// <summary>Reports a problem once: both sides retry and find the same each time.</summary>
    private void ReportOnce(string news)
    {
        if (news != _reported) _settings.Report(news);
        _reported = news;
    }
}
