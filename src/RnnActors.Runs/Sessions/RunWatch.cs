using System.Collections.Concurrent;
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
                Show(isLast: training.IsCompleted);
            }
        }).ConfigureAwait(false);
        return await training.ConfigureAwait(false);
    }

    private void Show(bool isLast)
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
            losses.Write(folder.LossesPath);
            _ = StoryFile.Write(folder.StoryPath, story.Read()); // if it fails, only a later report lacks it
        }

        foreach (string news in Trackers.SelectMany(tracker => tracker.TakeNews())) Try(() => view.Warned(news));
        Try(() => view.Refreshed(meter.Read(), isLast));
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
