using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Trackers.Mlflow;

/// <summary>
/// Tracks a run at an MLflow server: parameters, curves, files, status. Training never waits for the server. While it is unreachable, values wait in memory,
/// and from checkpoints on in the run's folder too. What is left at the end is sent when the run is resumed.
/// </summary>
public sealed class MlflowTracker(MlflowOptions options, TimeProvider? clock = null) : ITracker, IDisposable
{
    /// <summary>Consecutive failed calls after which the user is told. A single failure is often transient.</summary>
    private const int BeforeItIsSaid = 2;

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly MlflowQueue _queue = new(options.MaxWaiting);
    private readonly List<string> _news = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly CancellationTokenSource _giveUp = new();
    private RunFolder _folder = new(".");
    private MlflowSender? _sender;
    private Task _sending = Task.CompletedTask;
    private volatile bool _mustKeep, _isAway;
    private volatile TrackedEnd? _end;

    public void Begins(RunOverview run, RunStory begun)
    {
        _folder = run.Folder;
        MlflowFile? before = run.IsResumed ? MlflowFile.Read(FilePath, options.Shown, options.Experiment) : null;
        foreach (MlflowMetric metric in before?.Waiting ?? [])
            if (metric.Step <= run.Start.Step) _queue.Add(metric);
        _sender = new MlflowSender(options, _queue, before, run.Name, begun, _clock);
        _sending = Task.Run(SendAsync);
    }

    public void PointAdded(StoryPoint point) =>
        _queue.Add(new(MlflowParameters.KeyOf(point.Key), point.Value, point.When.ToUnixTimeMilliseconds(), point.Step));

    public void Saved(long step, string path)
    {
        if (_end is not null) return;
        _mustKeep = true;
        _wake.Release();
    }

    public IReadOnlyList<string> TakeNews()
    {
        lock (_news)
        {
            string[] news = [.. _news];
            _news.Clear();
            return news;
        }
    }

    public async Task EndsAsync(TrackedEnd end)
    {
        if (_sender is not { } sender) return;
        long step = end.Story?.Progress.Step ?? 0, now = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (StoryValue value in end.Story?.Score?.Values ?? [])
            if (double.IsFinite(value.Value)) _queue.Add(new(MlflowParameters.KeyOf($"test_{value.Key}"), value.Value, now, step));
        _end = end;
        _wake.Release();
        _giveUp.CancelAfter(_isAway ? options.LongestEnd / 4 : options.LongestEnd);
        await _sending.ConfigureAwait(false);
        Keep(sender);
        Dispose();
        if (sender.IsDone) return;
        string what = _queue.Count > 0 ? $"{_queue.Count:N0} values, files and the end of the run wait" : "files and the end of the run wait";
        Say($"MLflow at {options.Shown} has not taken all of the run: {what} in {_folder.Shown}. To send them: rnnactors resume {_folder.Shown} --mlflow "
            + $"{options.Shown}"
            + (options.Experiment == MlflowOptions.DefaultExperiment ? "" : $" --mlflow-experiment '{options.Experiment}'"));
    }

    /// <summary>Releases what it holds; <see cref="EndsAsync"/> does so too.</summary>
    public void Dispose()
    {
        _sender?.Dispose();
        _giveUp.Dispose();
        _wake.Dispose();
    }

    private string FilePath => _folder.File(MlflowFile.Name);

    /// <summary>Sends until the run's end is sent, or has waited long enough.</summary>
    private async Task SendAsync()
    {
        MlflowSender sender = _sender!;
        TimeSpan pause = options.FirstPause;
        int failed = 0;
        while (!sender.IsDone && !_giveUp.IsCancellationRequested)
        {
            TimeSpan wait = options.Interval;
            try
            {
                await sender.SendAsync(_end, Say, _giveUp.Token).ConfigureAwait(false);
                if (_isAway) Say($"MLflow at {options.Shown} is back");
                (_isAway, pause, failed) = (false, options.FirstPause, 0);
            }
            catch (MlflowException e) when (e.IsAway)
            {
                if (++failed == BeforeItIsSaid)
                    Say($"MLflow at {options.Shown} is away: {e.Message}. Training goes on; {_queue.Count:N0} values wait for it");
                _isAway = failed >= BeforeItIsSaid;
                wait = Bounded(e.RetryAfter ?? pause);
                pause = Bounded(pause * 2);
            }
            catch (MlflowException e)
            {
                Say($"MLflow at {options.Shown} refuses the run: {e.Message}. Training goes on without it");
                return;
            }
            catch (OperationCanceledException) when (_giveUp.IsCancellationRequested)
            {
                return;
            }

            if (!sender.IsDone) await WaitAsync(sender, wait).ConfigureAwait(false);
        }
    }

    /// <summary>Waits for a time, or until the run ends unless the server is unreachable. At a checkpoint it stores what is pending.</summary>
    private async Task WaitAsync(MlflowSender sender, TimeSpan wait)
    {
        long began = _clock.GetTimestamp();
        bool hadEnded = _end is not null;
        try
        {
            while (_clock.GetElapsedTime(began) is var waited && waited < wait)
            {
                await _wake.WaitAsync(wait - waited, _giveUp.Token).ConfigureAwait(false);
                if (_mustKeep)
                {
                    _mustKeep = false;
                    Keep(sender);
                }

                if (_end is not null && !hadEnded) return; // the run has ended: try at once
                if (_end is not null && !_isAway) return;
            }
        }
        catch (OperationCanceledException)
        {
            // the end has waited long enough
        }
    }

    private TimeSpan Bounded(TimeSpan pause) => pause < TimeSpan.Zero ? options.FirstPause : pause > options.LongestPause ? options.LongestPause : pause;

    private void Keep(MlflowSender sender)
    {
        if (sender.File(_queue.Read()).Write(FilePath) is { } problem && _end is not null) Say($"what MLflow knows of the run was not kept: {problem}");
    }

    private void Say(string news)
    {
        lock (_news) _news.Add(news);
    }
}
