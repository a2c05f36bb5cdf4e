using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Pages;

/// <summary>
/// The state of a run for the readers of its page. It is written by the thread that shows the run, and read by any thread. The story is computed once for all
/// readers, at most twice a second, and not at all while nobody watches.
/// </summary>
internal sealed class PageFeed(TimeProvider? clock = null)
{
    /// <summary>The time between two updates.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PageSnapshot _last = new(0, PagePhase.Preparing, null, null, [], null);
    private long? _looked;
    private PagePhase _phase;
    private StoryRecorder? _recorder;
    private string? _runId;
    private RunStatus? _status;
    private PageCluster? _cluster;
    private PageEnd? _end;
    private int _subject;
    private volatile bool _isClosed;

    /// <summary>Completes when the run has ended, or the feed is closed.</summary>
    public Task Over => _over.Task;

    /// <summary>Whether the feed is closed.</summary>
    public bool IsClosed => _isClosed;

    /// <param name="runId">The run's id in the cluster; null if it is not known.</param>
    public void Open(StoryRecorder recorder, string? runId = null)
    {
        lock (_gate) (_recorder, _runId) = (recorder, runId);
    }

    /// <summary>Shows another run from now on: readers forget the previous one.</summary>
    /// <param name="runId">The run's id in the cluster; null for none.</param>
    public void Begin(StoryRecorder recorder, PagePhase phase, string? runId = null)
    {
        lock (_gate)
        {
            (_recorder, _runId, _phase, _end, _status) = (recorder, runId, phase, null, null);
            _subject++;
        }
    }

    /// <summary>Shows the phase of the run; other runs may follow.</summary>
    /// <param name="end">How it ended; null while it goes on.</param>
    public void Show(PagePhase phase, PageEnd? end)
    {
        lock (_gate)
        {
            // A run that was over has begun again.
            if (_end is not null && end is null) _subject++;
            (_phase, _end) = (phase, end);
        }
    }

    public void Phase(PagePhase phase)
    {
        lock (_gate) _phase = phase;
    }

    public void Status(RunStatus status)
    {
        lock (_gate) _status = status;
    }

    public void Cluster(PageCluster? cluster)
    {
        lock (_gate) _cluster = cluster;
    }

    /// <summary>Whether somebody has watched recently.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_gate) return _looked is { } then && _clock.GetElapsedTime(then) < 4 * Interval;
        }
    }

    /// <summary>Ends the page. Only the first call counts.</summary>
    /// <param name="story">The complete story; null for what the recorder has.</param>
    public void End(PagePhase phase, PageEnd end, RunStory? story = null)
    {
        lock (_gate)
        {
            if (_last.IsOver) return;
            _phase = phase;
            _last = Make(story ?? _recorder?.Read(), end with { IsLast = true });
        }

        _over.TrySetResult();
    }

    /// <summary>Closes the feed: streams end, though the run may go on.</summary>
    public void Close()
    {
        _isClosed = true;
        _over.TrySetResult();
    }

    /// <summary>The newest snapshot, or one that is less than <see cref="Interval"/> old.</summary>
    public PageSnapshot Snapshot()
    {
        lock (_gate)
        {
            if (_last.IsOver || (_looked is { } then && _clock.GetElapsedTime(then) < Interval * 0.9)) return _last;
            _looked = _clock.GetTimestamp();
            return _last = Make(_recorder?.Read(), _end);
        }
    }

    private PageSnapshot Make(RunStory? story, PageEnd? end) =>
        new(_last.Number + 1, _phase, story, _status, story is null ? [] : [.. CurvePictures.Of(story).Where(picture => picture.Chart is not null)],
            end)
        { Cluster = _cluster, Subject = _subject, RunId = _runId };
}
