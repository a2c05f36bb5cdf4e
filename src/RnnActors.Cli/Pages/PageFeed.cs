using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;

namespace RnnActors.Cli.Pages;

/// <summary>
/// What is known of a run, for those who look at its page. Told by the thread that shows the run, read by any. The story is read for all readers together and
/// at most twice a second, and not at all while nobody looks.
/// </summary>
internal sealed class PageFeed(TimeProvider? clock = null)
{
    /// <summary>From one look to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PageSnapshot _last = new(0, PagePhase.Preparing, null, null, [], null);
    private long? _looked;
    private PagePhase _phase;
    private StoryRecorder? _recorder;
    private RunStory? _story;
    private RunStatus? _status;
    private PageCluster? _cluster;

    /// <summary>Done when the run has ended, however.</summary>
    public Task Over => _over.Task;

    public void Follows(StoryRecorder recorder)
    {
        lock (_gate) _recorder = recorder;
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

    /// <summary>Whether somebody has looked lately.</summary>
    public bool IsWatched
    {
        get
        {
            lock (_gate) return _looked is { } then && _clock.GetElapsedTime(then) < 4 * Interval;
        }
    }

    /// <summary>Nothing comes behind it. Only the first end counts.</summary>
    /// <param name="story">The whole story; null for what the recorder knows.</param>
    public void End(PagePhase phase, PageEnd end, RunStory? story = null)
    {
        lock (_gate)
        {
            if (_last.IsOver) return;
            (_phase, _story) = (phase, story ?? _recorder?.Read());
            _last = Make(_story, end);
        }

        _over.TrySetResult();
    }

    /// <summary>The newest that there is, or one that is less than <see cref="Interval"/> old.</summary>
    public PageSnapshot Look()
    {
        lock (_gate)
        {
            if (_last.IsOver || (_looked is { } then && _clock.GetElapsedTime(then) < Interval * 0.9)) return _last;
            _looked = _clock.GetTimestamp();
            return _last = Make(_recorder?.Read(), null);
        }
    }

    private PageSnapshot Make(RunStory? story, PageEnd? end) =>
        new(_last.Number + 1, _phase, story, _status, story is null ? [] : [.. CurvePictures.Of(story).Where(picture => picture.Chart is not null)],
            end)
        { Cluster = _cluster };
}
