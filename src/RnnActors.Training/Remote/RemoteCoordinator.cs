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
/// Represents the coordinator in every process of a cluster. It registers the node, opens its channel, takes part in runs, and keeps replicas if the node is a
/// candidate. If the channel breaks, or the coordinator no longer knows the node, it drops its work and registers again.
/// </summary>
internal sealed partial class RemoteCoordinator : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    private readonly RemoteCoordinatorSettings _settings;
    private readonly ICanTell _coordinator;
    private readonly ReplicaKeeper _replicas;
    private readonly Retransmission _retransmission;
    private readonly List<IActorRef> _leaving = [];
    private long _epoch;
    private Opening? _opening;
    private NodeLink? _link;
    private bool _isHere, _isLeaving, _isDrained;
    private StorageStatus? _storageTold;
    private int _presences;
    private string? _reported;

    public RemoteCoordinator(RemoteCoordinatorSettings settings)
    {
        (_settings, _coordinator) = (settings, Context.ActorSelection(settings.Coordinator));
        _replicas = new ReplicaKeeper(settings.Directory);
        _unwritten = new UnwrittenRecords(settings.Directory, settings.Report);
        _retransmission = new Retransmission(this);
        _epoch = settings.Directory.ReadEpoch();
        _acknowledged = new AcknowledgedRuns(settings.Directory.ReadAcknowledged());
        Receive<Tick>(_ => Check());
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
            if (PartOf(Sender) is { } part) part.WaitsFor = null;
            _unableSince = Environment.TickCount64;
            _settings.Readiness.Say(Preparation, $"It cannot take part in {unable.Run}: {unable.Reason.TrimEnd('.')}");
            ReportOnce($"This node cannot take part in {unable.Run}: {unable.Reason.TrimEnd('.')}. It tries again from time to time");
        });
        Receive<RunClosed>(IsPresent, closed =>
        {
            foreach (var over in _parts.Close(closed.RunId, closed.Turn)) End(over);
        });
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
            // From a coordinator that is no longer this node's.
        });
    }

    /// <summary>The node shall leave: it finishes its orders. Answered with <see cref="Done"/> when nothing waits for it.</summary>
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
            // The channel of a killed process breaks long before its heartbeats are missed.
            if (_link is not null)
                Context.ActorSelection(ClusterPaths.User(ClusterPaths.CrashDetector)).Tell(new CrashDetector.ChannelBroke(_link.Peer.Path.Address));
            Reset();
        });
        Receive<ChannelSink.FileArrived>(arrived =>
        {
            foreach (var part in _parts.Parts) part.Run.Tell(arrived);
            _replicas.Arrived(arrived.File, Store);
        });
        Receive<ChannelSink.FileFailed>(failed =>
        {
            foreach (var part in _parts.Parts) part.Run.Tell(failed);
            _replicas.Failed(failed.File, offer => Self.Tell(new KeptOffer(offer, failed.Reason)));
        });
        Receive<ChannelSink.FileRequested>(wanted => Send(wanted.File));
    }

    /// <summary>Whether the order is from the present coordinator, in another process or in this one.</summary>
    private bool IsPresent(BeDrained message) => IsPresent(message.Epoch) || (_isHere && message.Epoch == _epoch && Sender.Path.Address.HasLocalScope);

    /// <summary>Whether the sender is the coordinator that the node is registered with. Another one may have the same epoch, if its disk was lost.</summary>
    private bool IsPresent(long epoch) => _link is not null && epoch == _link.Epoch && Sender.Equals(_link.Peer);

    /// <summary>Forgets the coordinator, so that the next heartbeat registers with the present one.</summary>
    private void Reset()
    {
        EndRuns();
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

    /// <summary>Reports a problem once: both sides retry and meet the same problem each time.</summary>
    private void ReportOnce(string news)
    {
        if (news != _reported) _settings.Report(news);
        _reported = news;
    }
}
