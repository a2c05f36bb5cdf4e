using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>
/// A run of higher priority interrupts the one that trains, between two steps. That one keeps its place in the queue, and goes on later from the state that it
/// was paused with.
/// </summary>
public sealed partial class RunLedger
{
    private ManagedRun? _settling;

    /// <summary>Why the run does not train; null where it was not interrupted, or its state is not acknowledged yet.</summary>
    public RunPause? PauseOf(ManagedRun run) => run == _settling ? null : run.Record.Pause;

    /// <summary>The runs that are not over, in the order in which they train.</summary>
    public IEnumerable<ManagedRun> Queue => Runs.Where(run => run.Record.Ending is null).OrderByDescending(run => run.Record.Priority);

    /// <summary>The first run of the queue that has its files, and all of what is acknowledged; null for none.</summary>
    internal ManagedRun? Next => Queue.FirstOrDefault(run => run.Missing.Count == 0 && AheadOf(run.Job.RunId) is null);

    /// <summary>Ends the present run for a more urgent one: after its step where it trains, at once where it is only loaded.</summary>
    private void Interrupt(ManagedRun run)
    {
        // One that stops anyway makes room in any case.
        if (!_preempts || run.Stop != RunStop.None) return;
        if (Next is not { } urgent || urgent.Record.Priority <= run.Record.Priority) return;
        if (run.IsTraining)
        {
            run.Stop = RunStop.Pausing;
            _decisions.Add(new StopCurrent(run.Job.RunId));
            return;
        }

        Current = null;
        BeginNext();
    }

    /// <summary>The interrupted run has ended its step. Whoever interrupted it may have gone meanwhile: it then goes on itself.</summary>
    private void Pause(ManagedRun run, Reached? reached, long at)
    {
        if (Next is not { } urgent || urgent.Record.Priority <= run.Record.Priority) return;
        _settling = run;
        run.Record = run.Record with
        {
            Pause = new RunPause(
                StepOf(run), urgent.Job.RunId, urgent.Job.Name, urgent.Record.Priority, reached?.LastStep ?? 0, reached?.Parameters, at),
        };
        Changed(run);
    }

    /// <summary>
    /// What a run was paused with must outlive this coordinator before another one trains, as if it left: the candidates have it, or no room for it.
    /// </summary>
    /// <returns>Whether the next run may begin.</returns>
    private bool EndSettling()
    {
        if (_settling is not { } run) return true;
        if (run.Record is { Ending: null, IsDeleted: false, Pause: { } pause })
        {
            string runId = run.Job.RunId;
            if (Candidates().Any(node => !node.Refused.ContainsKey(runId) && node.StepAnswered(runId) < StepOf(run))) return false;
            _decisions.Add(new TellPaused(runId, pause));
        }

        _settling = null;
        return true;
    }

    private void Resume(ManagedRun run)
    {
        if (run.Record.Pause is null) return;
        run.Record = run.Record with { Pause = null };
        Changed(run);
        _decisions.Add(new TellResumed(run.Job.RunId));
    }
}
