using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>
/// Preemption: a run of higher priority interrupts the least urgent one that trains, between two steps. The interrupted run keeps its place in the queue, and
/// goes on later from the same state.
/// </summary>
public sealed partial class RunLedger
{
    /// <summary>The maximum time that a more urgent run waits for candidates to copy the paused run's state.</summary>
    public static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);

    private readonly List<ManagedRun> _settling = [];

    /// <summary>The run's pause; null where it was not interrupted, or its state is not acknowledged yet.</summary>
    public RunPause? PauseOf(ManagedRun run) => _settling.Contains(run) ? null : run.Record.Pause;

    /// <summary>The names of connected candidates that have room for a run's newest state and do not have it yet.</summary>
    public IEnumerable<string> Lacking(string runId) => Find(runId) is not { } run ? [] : Candidates()
        .Where(node => !node.Refused.ContainsKey(runId) && node.StepAnswered(runId) < StepOf(run)).Select(node => node.Node.Name);

    /// <summary>The time of <see cref="LimitSettling"/> is up: the run is paused without the missing copies, which follow later.</summary>
    public IReadOnlyList<ManagerDecision> SettlingDue(string runId, int pause) => Decide(() =>
    {
        if (_settling.Find(run => run.Job.RunId == runId) is not { } run || run.Pauses != pause) return;
        run.IsOverdue = true;
        BeginNext();
    });

    /// <summary>Makes room for more urgent runs, if there is none.</summary>
    private void Interrupt()
    {
        if (!_preempts) return;

        // A run that is stopping makes room anyway.
        List<ManagedRun> staying = [.. _active.Where(run => run.Stop == RunStop.None)];
        int beginning = 0;
        foreach (var urgent in Waiting.ToArray())
        {
            int places = urgent.TrainsAlone || staying.Exists(run => run.TrainsAlone) ? 1 : _places, lacking = staying.Count + beginning + 1 - places;
            ManagedRun[] least =
            [
                .. staying.Where(run => run.Record.Priority < urgent.Record.Priority)
                    .OrderBy(run => run.Record.Priority).ThenByDescending(run => run.Record.Number).Take(lacking),
            ];
            if (least.Length < lacking) return;
            foreach (var run in least) Interrupt(run);
            staying.RemoveAll(least.Contains);
            if (urgent.TrainsAlone) return;
            beginning++;
        }
    }

    /// <summary>Interrupts a run: after its step if it trains, at once if it is only loaded.</summary>
    private void Interrupt(ManagedRun run)
    {
        if (!run.IsTraining)
        {
            _active.Remove(run);
            return;
        }

        run.Stop = RunStop.Pausing;
        _decisions.Add(new StopCurrent(run.Job.RunId));
    }

    /// <summary>The interrupted run has ended its step. If the run that interrupted it is gone by now, it goes on itself.</summary>
    private void Pause(ManagedRun run, Reached? reached, long at)
    {
        _active.Remove(run);
        var beginning = Beginning();
        if (beginning.Contains(run) || beginning.FindLast(other => other.Record.Priority > run.Record.Priority) is not { } urgent) return;
        _settling.Add(run);
        run.IsOverdue = false;
        _decisions.Add(new LimitSettling(run.Job.RunId, ++run.Pauses, SettleLimit));
        run.Record = run.Record with
        {
            Pause = new RunPause(
                StepOf(run), urgent.Job.RunId, urgent.Job.Name, urgent.Record.Priority, reached?.LastStep ?? 0, reached?.Parameters, at),
        };
        Changed(run);
    }

    /// <summary>
    /// Before another run trains, the paused run's state must survive this coordinator, as when it leaves: all candidates have it, or no room for it. A slow
    /// candidate delays an urgent run up to the limit only: this coordinator's disk has the state, and the copy follows.
    /// </summary>
    /// <returns>Whether further runs may begin.</returns>
    private bool EndSettling()
    {
        foreach (var run in _settling.ToArray())
        {
            if (run.Record is { Ending: null, IsDeleted: false, Pause: { } pause })
            {
                string runId = run.Job.RunId;
                if (!run.IsOverdue && Lacking(runId).Any()) continue;
                _decisions.Add(new TellPaused(runId, pause));
            }

            _settling.Remove(run);
        }

        return _settling.Count == 0;
    }

    private void Resume(ManagedRun run)
    {
        if (run.Record.Pause is null) return;
        run.Record = run.Record with { Pause = null };
        Changed(run);
        _decisions.Add(new TellResumed(run.Job.RunId));
    }
}
