using RnnActors.Core.Training;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Runs;

/// <summary>Runs that wait for others, also in the middle of training: what users are told.</summary>
internal sealed partial class RunManager
{
    private void Tell(TellPaused paused)
    {
        var pause = paused.Pause;
        TrainingMeter.RunsInterrupted.Add(1);
        string lacking = string.Join(", ", _ledger.Lacking(paused.RunId));
        _settings.Report($"{NameOf(paused.RunId)} is paused {TextOf(pause)}"
            + (lacking.Length == 0 ? "" : $". Without a copy of that state so far, which follows: {lacking}"));
        TellOf(paused.RunId, new RunPaused(pause.Step, pause.By, pause.Name, pause.Priority));
    }

    /// <summary>The report that it trains, and from where, is made elsewhere.</summary>
    private void Tell(TellResumed resumed) => TellOf(resumed.RunId, new RunResumed(_active[resumed.RunId].SavedStep));

    private void TellOf(string runId, TrainingEvent happened)
    {
        _logs.Add(runId, happened);
        _followers.Tell(runId, happened);
    }

    private static string TextOf(RunPause pause) =>
        $"at step {pause.Step} for {pause.Name} ({RunIds.Short(pause.By)}) of priority {pause.Priority}; it goes on when there is a place for it";

    /// <summary>A run's place in the queue, and what it waits for there; null where none trains, since this one is about to.</summary>
    private string? WaitsInQueue(ManagedRun run)
    {
        string? paused = _ledger.PauseOf(run) is { } pause ? $"It is paused {TextOf(pause with { Step = run.NewestStep })}" : null;
        if (_active.Count == 0 || (run.Record.Pause is { } interrupted && _active.ContainsKey(interrupted.By))) return paused;
        int place = _ledger.Queue.Where(other => !_active.ContainsKey(other.Job.RunId)).TakeWhile(other => other != run).Count() + 1;
        ActiveRun[] training = [.. _ledger.Active.Select(other => _active.GetValueOrDefault(other.Job.RunId)).OfType<ActiveRun>()];
        bool isMoreUrgent = _ledger.Active.Any(other => run.Record.Priority > other.Record.Priority);
        var stopping = _ledger.Active.FirstOrDefault(other => other.Stop == RunStop.Pausing);
        string queued = $"It is number {place} in the queue: {string.Join(", ", training.Select(one => $"{one.Name} ({RunIds.Short(one.RunId)})"))} "
            + (training.Length == 1 ? "trains" : "train")
            + (run.TrainsAlone ? ", and it has run out of memory beside others"
                : !isMoreUrgent ? ""
                : stopping is null ? training.Length == 1 ? ", and is not interrupted" : ", and are not interrupted"
                : training.Length == 1 ? " until its step is over" : $", {stopping.Job.Name} until its step is over");
        return paused is null ? queued : $"{paused}. {queued}";
    }
}
