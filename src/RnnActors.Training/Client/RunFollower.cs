using Akka.Actor;
using RnnActors.Training.Addresses;
using RnnActors.Training.Events;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Client;

/// <summary>
/// Submits a run to a cluster, or finds it there, follows it to its end and fetches its checkpoints. If the coordinator is lost, the follower asks the other
/// nodes until there is a new one that knows the run.
/// </summary>
internal sealed partial class RunFollower : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250);

    private const string WaitsForState = "The run does not go on yet: ";

    private const int TicksBetweenQuestions = 4, QuestionsUntilSilent = 2, TicksBetweenNews = 40, TicksUntilGivenUp = 40, EndsToBeMissed = 3,
        OthersUntilReplaced = 3;

    private readonly string _runId;
    private readonly FollowerSettings _options;
    private readonly FileCache _files;
    private readonly TlsCredentials? _credentials;
    private readonly Func<HostAndPort, ICanTell> _receptionist;
    private readonly Func<string, string> _hostTowards;
    private readonly TaskCompletionSource<RunEnded> _completion;
    private readonly HashSet<ContentHash> _fetching = [];
    private IActorRef? _coordinator;
    private ChannelSink? _sink;
    private TensorChannel? _channel;
    private RunEnded? _ended;
    private AcknowledgedRun? _acknowledged;
    private int _attempts, _ticks, _ticksStopping, _endsSeen, _othersHeard, _otherHeardAt, _unanswered;
    private long _epoch;
    private string? _waitsFor;
    private bool _isToldPaused, _isAccepted, _wasAccepted, _isStopping, _isTaken;

    /// <param name="files">The cache with the job's files, which also takes the fetched ones.</param>
    /// <param name="hostTowards">The host by which a node is reached from here, as behind a forwarded port.</param>
    /// <param name="completion">Completed when the run has ended and its checkpoints have arrived.</param>
    public RunFollower(
        FollowerSettings options, FileCache files, TlsCredentials? credentials, Func<HostAndPort, ICanTell> receptionist,
        Func<string, string> hostTowards, TaskCompletionSource<RunEnded> completion)
    {
        (_runId, _options, _files, _credentials, _receptionist, _hostTowards, _completion)
            = (options.RunId, options, files, credentials, receptionist, hostTowards, completion);
        Receive<Tick>(_ => Submit());
        Receive<RunAccepted>(accepted => accepted.RunId == _runId, Accepted);
        Receive<RightRefused>(refused => completion.TrySetException(RightRefusal.Of(refused)));
        Receive<RunRefused>(refused => refused.RunId == _runId, refused => completion.TrySetException(new ClusterRefusalException(refused.Reason)));
        Receive<RunEvent>(told => IsOfRun(told.RunId), told =>
        {
            Heard();
            Taken();
            foreach (var happened in EventFormat.Decode(told))
            {
                if (happened is RunPaused) _isToldPaused = true;
                options.Observe(happened);
            }
        });
        Receive<RunEnded>(ended => IsOfRun(ended.RunId), ended =>
        {
            _ended = ended;
            if (options.FetchesCheckpoints) Fetch();
            else completion.TrySetResult(ended);
        });
        Receive<RunsAcknowledged>(told =>
        {
            // Told again to each coordinator, so that none goes on from an older state.
            foreach (var run in told.Runs)
                if (IsOfRun(run.RunId) && run.Supersedes(_acknowledged)) _acknowledged = run;
        });
        Receive<ClusterStatus>(_ => _isAccepted, status =>
        {
            if (!Sender.Equals(_coordinator))
            {
                if (IsReplacedBy(status.Epoch)) _channel!.Close("there is another coordinator");
                return;
            }

            Heard();
            _epoch = status.Epoch;
            if (status.Runs.FirstOrDefault(run => run.RunId == _runId) is { State: not RunSummary.WaitingForData }) Taken();
            if (IsEndMissed(status)) _channel!.Close("the end of the run was not received");
            else TellWaiting(status);
        });
        Receive<Stop>(_ =>
        {
            if (!options.StopsWhenCancelled)
            {
                completion.TrySetCanceled(); // until this process has ended, nothing that it sends may end the run
                return;
            }

            _isStopping = true;
            if (_isAccepted) Tell(new StopRun(_runId));
            else if (!_wasAccepted) completion.TrySetCanceled();
        });
        ReceiveFromChannel();
    }

    /// <summary>The user wants to stop the run.</summary>
    public sealed record Stop
    {
        public static readonly Stop Instance = new();
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        FollowerSettings options, FileCache files, TlsCredentials? credentials, Func<HostAndPort, ICanTell> receptionist,
        Func<string, string> hostTowards, TaskCompletionSource<RunEnded> completion) =>
        Akka.Actor.Props.Create(() => new RunFollower(options, files, credentials, receptionist, hostTowards, completion));

    protected override void PreStart()
    {
        Self.Tell(Tick.Instance);
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, Retry);
    }

    protected override void PostStop() => _channel?.Close("the client has gone");

    /// <summary>
    /// Whether a message is from the coordinator that trains the run. An old coordinator that hung until it was replaced still reports an end of the run, and
    /// checkpoints, of its own.
    /// </summary>
    private bool IsOfRun(string runId) => runId == _runId && Sender.Equals(_coordinator);

    private void Heard() => (_othersHeard, _unanswered) = (0, 0);

    private void Submit()
    {
        if (_isAccepted)
        {
            // A coordinator that hangs or is cut off breaks no connection. Its successor answers in its place, and should be found soon.
            if (++_ticks % TicksBetweenQuestions != 0 && _unanswered < QuestionsUntilSilent) return;
            _unanswered++;
            // The order to stop is sent again until the run has ended.
            if (_isStopping && _ended is null) Tell(new StopRun(_runId), new GetStatus());
            else Tell(new GetStatus());
            return;
        }

        // If the whole cluster was shut down, there may never be another coordinator.
        if (_isStopping && ++_ticksStopping > TicksUntilGivenUp) _completion.TrySetCanceled();
        double waited = _attempts * Retry.TotalSeconds;
        if (!_wasAccepted && _options.AnswerTimeout >= TimeSpan.Zero && waited >= _options.AnswerTimeout.TotalSeconds)
            _completion.TrySetException(new ClusterRefusalException($"no coordinator answers at {string.Join(", ", _options.Cluster.Contacts)}"));
        else if (_attempts % TicksBetweenNews == TicksBetweenNews / 2)
            _options.Observe(new ClusterNews($"No coordinator has answered for {waited:0} s; asking on"));
        Tell(_options.Request is SubmitRun submit ? submit with { IsAgain = _wasAccepted, Acknowledged = _acknowledged } : _options.Request);
    }

    /// <summary>
    /// Whether the answering coordinator has taken over. A higher epoch proves it. At the same epoch it may be an outdated coordinator, or a new one whose disk
    /// was lost: it counts if it is heard while the old one is not. Answers between two ticks count once, since a coordinator that wakes from a pause answers
    /// everything at once.
    /// </summary>
    private bool IsReplacedBy(long epoch)
    {
        if (epoch > _epoch) return true;
        if (_otherHeardAt == _ticks) return false;
        _otherHeardAt = _ticks;
        return ++_othersHeard >= OthersUntilReplaced;
    }

    /// <summary>Whether the run has ended and this client missed it: the message is sent once and may be lost.</summary>
    private bool IsEndMissed(ClusterStatus status)
    {
        bool isOver = _ended is null && status.Runs.FirstOrDefault(run => run.RunId == _runId)?.State is { } state && !RunSummary.IsOpen(state);
        _endsSeen = isOver ? _endsSeen + 1 : 0;
        return _endsSeen >= EndsToBeMissed;
    }

    /// <summary>Reports, once each, why nothing happens: other runs train, or there are no workers.</summary>
    private void TellWaiting(ClusterStatus status)
    {
        var own = status.Runs.FirstOrDefault(run => run.RunId == _runId);
        string? waitsFor = own?.State switch
        {
            RunSummary.WaitingForState => WaitsForState + own.Waits,
            RunSummary.Waiting when own.IsPaused => own.Waits,
            RunSummary.Waiting => status.Runs.Where(run => run.State == RunSummary.Running)
                .Select(run => $"{run.Name} ({RunIds.Short(run.RunId)})").ToArray() switch
            {
                [] => null,
                [var other] => $"The run waits: {other} trains before it",
                var others => $"The run waits: {string.Join(", ", others)} train before it",
            },
            RunSummary.Running when status.Nodes.All(node => node.Node.Workers == 0) => "The run waits: the cluster has no workers",
            _ => null,
        };
        // The event of the pause has said the same; it may have been lost.
        bool isKnown = waitsFor == _waitsFor || (_isToldPaused && own is { IsPaused: true });
        if (own is { IsPaused: true } or { State: RunSummary.Running }) _isToldPaused = false;
        if (waitsFor is not null && !isKnown) _options.Observe(new ClusterNews(waitsFor));
        else if (waitsFor is null && _waitsFor?.StartsWith(WaitsForState, StringComparison.Ordinal) == true)
            _options.Observe(new ClusterNews("The run has its newest state again and goes on"));
        _waitsFor = waitsFor;
    }

    /// <summary>Sends to the coordinator through the next node each time: the last one may be gone.</summary>
    private void Tell(params ReadOnlySpan<IWireMessage> messages)
    {
        var contact = _receptionist(_options.Cluster.Contacts[_attempts++ % _options.Cluster.Contacts.Count]);
        foreach (var message in messages) contact.Tell(message, Self);
    }

    private void Accepted(RunAccepted accepted)
    {
        if (_isAccepted) return;
        _waitsFor = accepted.Waits is { } waits ? WaitsForState + waits : null;
        if (_waitsFor is not null) _options.Observe(new ClusterNews(_waitsFor));
        else if (_wasAccepted) _options.Observe(new ClusterNews($"The coordinator of epoch {accepted.Epoch} goes on with the run"));
        (_isAccepted, _wasAccepted, _epoch, _coordinator) = (true, true, accepted.Epoch, Sender);
        Heard();
        _sink = new ChannelSink(_files);
        _sink.Attach(Self);
        _channel = TensorChannel.Connect(
            _hostTowards(accepted.Channel.Host), accepted.Channel.Port, accepted.Channel.Token, _credentials, _sink,
            ChannelSettings.Default with { AllowPlainTextBetweenHosts = _options.Cluster.DangerouslyAllowPlainText });
        if (accepted.FilesWanted.Length == 0) Taken();
        if (_isStopping) Tell(new StopRun(_runId));
    }

    private void Taken()
    {
        if (_isTaken) return;
        _isTaken = true;
        _options.Taken(_runId);
    }
}
