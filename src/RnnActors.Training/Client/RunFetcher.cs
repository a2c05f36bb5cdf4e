using Akka.Actor;
using RnnActors.Training.Addresses;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Client;

/// <summary>Fetches the checkpoints of a run over a channel of its own.</summary>
internal sealed class RunFetcher : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(250), Limit = TimeSpan.FromSeconds(30);

    private readonly RunSummary _run;
    private readonly FileCache _files;
    private readonly HashSet<ContentHash> _fetching = [];
    private TensorChannel? _channel;
    private ChannelSink? _sink;
    private int _attempts;
    private bool _hasBest;

    public RunFetcher(
        RunSummary run, ClientOptions options, FileCache files, TlsCredentials? credentials, Func<HostAndPort, ICanTell> receptionist,
        TaskCompletionSource<FetchedRun> completion)
    {
        (_run, _files, _hasBest) = (run, files, run.Best is not null);
        Receive<Tick>(_ =>
        {
            if (_channel is not null) return;
            if (_attempts * Retry > Limit)
                completion.TrySetException(new ClusterRefusalException($"no coordinator answers at {string.Join(", ", options.Contacts)}"));
            receptionist(options.Contacts[_attempts++ % options.Contacts.Count]).Tell(new FollowRun(run.RunId), Self);
        });
        Receive<RightRefused>(refused => completion.TrySetException(RightRefusal.Of(refused)));
        Receive<RunRefused>(refused => completion.TrySetException(new ClusterRefusalException(refused.Reason)));
        Receive<RunAccepted>(accepted => _channel is null, accepted =>
        {
            _sink = new ChannelSink(files);
            _sink.Attach(Self);
            _channel = TensorChannel.Connect(
                accepted.Channel.Host, accepted.Channel.Port, accepted.Channel.Token, credentials, _sink,
                ChannelSettings.Default with { AllowPlainTextBetweenHosts = options.DangerouslyAllowPlainText });
        });
        Receive<ChannelSink.ChannelOpened>(opened =>
        {
            foreach (string? name in new[] { run.Checkpoint, run.Best })
                if (name is not null && ContentHash.TryParse(name, out var file) && !files.Holds(file) && _fetching.Add(file))
                    _sink!.Fetch(file, opened.Channel);
            CompleteWhenFetched(completion);
        });
        Receive<ChannelSink.FileArrived>(arrived =>
        {
            if (_fetching.Remove(arrived.File)) CompleteWhenFetched(completion);
        });
        Receive<ChannelSink.FileFailed>(failed =>
        {
            if (!_fetching.Remove(failed.File)) return;
            if (failed.File.ToString() == run.Checkpoint)
                completion.TrySetException(new ClusterRefusalException($"the checkpoint of {run.Name} could not be fetched: {failed.Reason.TrimEnd('.')}"));
            _hasBest = false;
            CompleteWhenFetched(completion);
        });
        Receive<ChannelSink.ChannelBroken>(broken => broken.Sink == _sink, _ =>
        {
            (_channel, _sink) = (null, null);
            _fetching.Clear();
        });
        ReceiveAny(_ =>
        {
            // Other messages tell how the run goes on meanwhile.
        });
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        RunSummary run, ClientOptions options, FileCache files, TlsCredentials? credentials, Func<HostAndPort, ICanTell> receptionist,
        TaskCompletionSource<FetchedRun> completion) =>
        Akka.Actor.Props.Create(() => new RunFetcher(run, options, files, credentials, receptionist, completion));

    protected override void PreStart()
    {
        Self.Tell(Tick.Instance);
        Timers.StartPeriodicTimer(nameof(Tick), Tick.Instance, Retry);
    }

    protected override void PostStop() => _channel?.Close("the client has what it wanted");

    private void CompleteWhenFetched(TaskCompletionSource<FetchedRun> completion)
    {
        if (_fetching.Count > 0) return;
        completion.TrySetResult(new FetchedRun(
            _files.PathOf(ContentHash.Parse(_run.Checkpoint!)), _hasBest ? _files.PathOf(ContentHash.Parse(_run.Best!)) : null));
    }
}
