using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>Orders of users about runs.</summary>
public sealed partial class RunLedger
{
    /// <summary>Why a run's priority cannot be changed; null if it can.</summary>
    public string? ReasonNotToMove(string runId, long number) =>
        ReasonOfMistake(runId, number, out var run) ?? (run.Record.Ending is null ? null : "it is over");

    /// <summary>A user changes the priority of a run that trains or waits.</summary>
    public IReadOnlyList<ManagerDecision> PrioritySet(string runId, int priority) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: null } run || run.Record.Priority == priority) return;
        run.Record = run.Record with { Priority = priority };
        Changed(run);
        BeginNext();
    });

    /// <summary>Why a run cannot be cancelled; null if it can, or is over already.</summary>
    public string? ReasonNotToCancel(string runId, long number) => ReasonOfMistake(runId, number, out _);

    /// <summary>Why a run cannot be deleted; null if it can.</summary>
    public string? ReasonNotToDelete(string runId, long number) =>
        ReasonOfMistake(runId, number, out var run) ?? (run.Record.Ending is null ? "it trains or waits. Cancel it first" : null);

    /// <summary>A user deletes a run that is over. Only a record stays, so that no copy of the run comes back.</summary>
    public IReadOnlyList<ManagerDecision> Deleted(string runId) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: not null } run) return;
        run.Record = run.Record with { IsDeleted = true };
        run.Checkpoints = [];
        run.Missing.Clear();
        Changed(run);
        GiveUp(run);
        var kept = Runs.SelectMany(other => FilesOf(other.Job)).ToHashSet();
        _decisions.Add(new RemoveRun(runId, [.. FilesOf(run.Job).Where(file => !kept.Contains(file))]));
    });

    /// <param name="reason">Who stops it, for the run's followers.</param>
    /// <param name="at">When, in milliseconds since 1970, UTC.</param>
    public IReadOnlyList<ManagerDecision> StopRequested(string runId, string? reason = null, long at = 0) => Decide(() =>
    {
        if (Find(runId) is not { Record.Ending: null } run) return;
        run.StopReason ??= reason;
        if (run.IsTraining)
        {
            run.Stop = RunStop.Asked; // it may be about to begin again without an excluded node
            _decisions.Add(new StopCurrent(runId));
        }
        else if (!_active.Contains(run))
        {
            End(run, new RunEnded(
                runId, RunEnding.Stopped, run.StopReason, run.NewestHash, run.BestHash, run.NewestStep, run.Record.Pause?.LastStep ?? 0,
                run.Record.Pause?.Parameters, at, run.Record.Unaudited));
            BeginNext(); // it may be the paused run whose copies the next one waits for
        }
        else run.Stop = RunStop.Asked;
    });

    private string? ReasonOfMistake(string runId, long number, out ManagedRun run)
    {
        run = Find(runId)!;
        return run is null ? "the cluster has no such run" : run.Record.Number == number ? null : "it was submitted anew meanwhile. Look at it again";
    }
}
