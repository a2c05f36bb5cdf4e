using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Runs.Stories;
using RnnActors.Training.Client;
using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Pages;

/// <summary>
/// The run on a node's page: one that trains, until its end; else the first in the queue; else the last that ended. Its past is read from the coordinator's
/// log, epoch by epoch; new steps are followed. Another coordinator has a log of its own, which is read too.
/// </summary>
/// <param name="node">The node of the page.</param>
internal sealed class RunOfCluster(PageFeed feed, string node) : IAsyncDisposable
{
    /// <summary>The maximum number of log lines that are remembered as read; a log has fewer.</summary>
    private const int MaxKnown = 200_000;

    private static readonly TimeSpan BeforeFollowingAgain = TimeSpan.FromSeconds(1);

    private readonly HashSet<(long At, int Event)> _known = [];
    private StoryRecorder? _story;
    private RunSummary? _run;
    private Task _following = Task.CompletedTask;
    private CancellationTokenSource? _endFollowing;
    private long _offset, _epoch;
    private bool _isIdle;

    /// <param name="shown">The id of the shown run; null for none.</param>
    /// <returns>Null if the cluster has no run.</returns>
    public static RunSummary? Choose(IReadOnlyList<RunSummary> runs, string? shown) =>
        runs.Where(run => run.State == RunSummary.Running).OrderByDescending(run => run.RunId == shown).FirstOrDefault()
            ?? runs.FirstOrDefault(run => RunSummary.IsOpen(run.State)) ?? runs.MaxBy(run => run.EndedAt);

    /// <summary>Called with each status of the coordinator, one after another.</summary>
    public async Task UpdateAsync(ClusterClient client, ClusterStatus status, CancellationToken cancellation)
    {
        if (Choose(status.Runs, _run?.RunId) is not { } run)
        {
            if (!_isIdle) feed.Begin(new StoryRecorder(NoRun()), PagePhase.Idle);
            await ForgetAsync().ConfigureAwait(false);
            _isIdle = true;
            return;
        }

        // A run's length is only known once it trains.
        bool isAnother = run.RunId != _run?.RunId || (_run.LastStep == 0 && run.LastStep > 0);
        if (isAnother)
        {
            await ForgetAsync().ConfigureAwait(false);
            (_story, _isIdle) = (new StoryRecorder(BeginningOf(run)), false);
        }

        _run = run;
        await ReadLogAsync(client, status.Epoch, cancellation).ConfigureAwait(false);
        if (isAnother) feed.Begin(_story!, PagePhase.Waiting, run.RunId);
        if (RunSummary.IsOpen(run.State)) feed.Show(run.State == RunSummary.Running ? PagePhase.Training : PagePhase.Waiting, null);
        else if (Enum.TryParse<RunEnding>(run.State, ignoreCase: true, out var ending))
            feed.Show(RunEndings.PhaseOf(ending), RunEndings.Of(ending, run.Message, run.Parameters));
        if (run.State == RunSummary.Running && _following.IsCompleted) Follow(client, run);
    }

    public async ValueTask DisposeAsync() => await ForgetAsync().ConfigureAwait(false);

    private RunStory NoRun() => new("Cluster", "")
    {
        Question = "The cluster has no run. Submit one with: rnnactors train SPEC.json --cluster " + node,
        Facts = [new StoryFact("shown by", node)],
    };

    private RunStory BeginningOf(RunSummary run)
    {
        StoryFact?[] facts =
        [
            new("run", run.RunId), run.Owner is { } owner ? new("brought by", owner) : null,
            run.SubmittedAt > 0 ? new("brought at", $"{DateTimeOffset.FromUnixTimeMilliseconds(run.SubmittedAt):yyyy-MM-dd HH:mm} UTC") : null,
            run.Priority != 0 ? new("priority", $"{run.Priority}") : null,
            run.State == RunSummary.Running && run.Step > 0 ? new("batches", $"shown from step {run.Step} on; before it, epochs") : null, new("shown by", node),
        ];
        return new RunStory(run.Name, "")
        {
            Question = $"Run {RunIds.Short(run.RunId)} of the cluster.",
            Facts = [.. facts.OfType<StoryFact>()],
            Progress = new StoryProgress(RunSummary.IsOpen(run.State) ? 0 : run.Step, run.LastStep, 0, 0),
        };
    }

    private async Task ReadLogAsync(ClusterClient client, long epoch, CancellationToken cancellation)
    {
        if (epoch != _epoch) (_epoch, _offset) = (epoch, 0);
        string run = _run!.RunId;
        while (await client.AskAsync<RunLogPart>(new GetRunLog(run, _offset), ClusterWatch.Patience, cancellation).ConfigureAwait(false) is { } part)
        {
            if (_known.Count > MaxKnown) _known.Clear();
            foreach (var line in part.Lines)
            {
                if (!_known.Add((line.At, StringComparer.Ordinal.GetHashCode(line.Event)))) continue;
                foreach (var happened in EventFormat.Decode(new RunEvent(run, line.Kind, line.Event)))
                    _story!.Observe(happened, DateTimeOffset.FromUnixTimeMilliseconds(line.At));
            }

            _offset = part.Next;
            if (part.IsEnd) return;
        }
    }

    private void Follow(ClusterClient client, RunSummary run)
    {
        _endFollowing ??= new CancellationTokenSource();
        _following = FollowAsync(client, run, _story!, _endFollowing.Token);
    }

    /// <summary>Follows the steps, which are not in the log.</summary>
    private static async Task FollowAsync(ClusterClient client, RunSummary run, StoryRecorder story, CancellationToken ending)
    {
        try
        {
            await client.AttachAsync(
                run, happened =>
                {
                    if (happened is StepDone) story.Observe(happened);
                },
                ending).ConfigureAwait(false);
        }
        catch (InvalidInputException)
        {
            // No coordinator answers, or it no longer has the run: the next status decides what is shown.
            await Task.Delay(BeforeFollowingAgain, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Another run is shown.
        }
    }

    private async Task ForgetAsync()
    {
        if (_endFollowing is { } end) await end.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        _endFollowing?.Dispose();
        (_story, _run, _endFollowing, _offset) = (null, null, null, 0);
        _known.Clear();
    }
}
