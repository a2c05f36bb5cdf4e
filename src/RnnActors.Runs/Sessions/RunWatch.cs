using System.Collections.Concurrent;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Core.Training;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trackers;

namespace RnnActors.Runs.Sessions;

/// <summary>
/// Decouples the thread that trains, which must not wait, from a view, which may. Events are queued (steps for the ledger only), and another thread calls the
/// view about eight times a second. A view that cannot write any more (the reader of a pipe went away) is dropped; training goes on.
/// </summary>
internal sealed class RunWatch(IRunView view, RunMeter meter, StoryRecorder story, LossHistory losses, LedgerWriter ledger, RunFolder folder)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(125);

    /// <summary>Trackers whose news are shown as warnings.</summary>
    public IReadOnlyList<ITracker> Trackers { get; init; } = [];

    /// <summary>Whether losses and story are written by a thread that gives way to others, as the training does.</summary>
    public bool HasLowPriority { get; init; }

    private readonly ConcurrentQueue<TrainingEvent> _happened = new();
    private bool _isBroken;

    public void Observe(TrainingEvent happened)
    {
        meter.Observe(happened);
        story.Observe(happened);
        _happened.Enqueue(happened);
    }

    public async Task<T> FollowAsync<T>(Task<T> training)
    {
        await view.FollowAsync(async () =>
        {
            while (!training.IsCompleted)
            {
                await Task.WhenAny(training, Task.Delay(Interval)).ConfigureAwait(false);
                await ShowAsync(isLast: training.IsCompleted).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        return await training.ConfigureAwait(false);
    }

    private async Task ShowAsync(bool isLast)
    {
        bool hasSaved = false;
        while (_happened.TryDequeue(out var happened))
        {
            ledger.Add(happened);
            if (happened is StepDone or ParametersHashed) continue;
            if (happened is EpochDone epoch) losses.Add(epoch);
            hasSaved |= happened is CheckpointSaved;
            Try(() => view.Happened(happened, meter.Read()));
        }

        ledger.Flush();
        if (hasSaved)
        {
            if (HasLowPriority) await BackgroundThread.Run(WriteFiles, isLowest: true).ConfigureAwait(false);
            else WriteFiles();
        }

        foreach (string news in Trackers.SelectMany(tracker => tracker.TakeNews())) Try(() => view.Warned(news));
        Try(() => view.Refreshed(meter.Read(), isLast));
    }

    /// <returns>Whether the story was written. If it was not, only a later report lacks it.</returns>
    private bool WriteFiles()
    {
        losses.Write(folder.LossesPath);
        return StoryFile.Write(folder.StoryPath, story.Read()) is null;
    }

    private void Try(Action show)
    {
        try
        {
            if (!_isBroken) show();
        }
        catch (IOException)
        {
            _isBroken = true;
        }
    }
}
