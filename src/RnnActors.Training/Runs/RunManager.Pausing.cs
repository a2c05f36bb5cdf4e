using RnnActors.Core.Training;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Runs;

/// <summary>Runs that wait for others, also in mid-training: what people are told of it.</summary>
internal sealed partial class RunManager
{
    private void Tell(TellPaused paused)
    {
        var pause = paused.Pause;
        TrainingMeter.RunsInterrupted.Add(1);
        _settings.Report($"{NameOf(paused.RunId)} is paused {TextOf(pause)}");
        TellOf(paused.RunId, new RunPaused(pause.Step, pause.By, pause.Name, pause.Priority));
    }

    /// <summary>That it trains, and from where, is told already.</summary>
    private void Tell(TellResumed resumed) => TellOf(resumed.RunId, new RunResumed(_active!.SavedStep));

    private void TellOf(string runId, TrainingEvent happened)
    {
        _logs.Add(runId, happened);
        _followers.Tell(runId, happened);
    }

    private static string TextOf(RunPause pause) =>
        $"at step {pause.Step} for {pause.Name} ({RunIds.Short(pause.By)}) of priority {pause.Priority}; it goes on after it";

    /// <summary>A run's place in the queue, and for what it waits there; null where none trains, since one is about to.</summary>
    private string? WaitsInQueue(ManagedRun run)
    {
        string? paused = _ledger.PauseOf(run) is { } pause ? $"It is paused {TextOf(pause with { Step = run.NewestStep })}" : null;
        if (_active is not { Description: var trains } || trains.RunId == run.Record.Pause?.By) return paused;
        int place = _ledger.Queue.Where(other => other.Job.RunId != trains.RunId).TakeWhile(other => other != run).Count() + 1;
        bool isMoreUrgent = run.Record.Priority > _ledger.Find(trains.RunId)?.Record.Priority;
        string queued = $"It is number {place} in the queue: {trains.Name} ({RunIds.Short(trains.RunId)}) trains"
            + (!isMoreUrgent ? "" : _ledger.Current is { Stop: RunStop.Pausing } ? " until its step is over" : ", and is not interrupted");
        return paused is null ? queued : $"{paused}. {queued}";
    }
}
