using RnnActors.Training.Protocol;

namespace RnnActors.Training.Runs;

/// <summary>
/// A run of higher priority interrupts the least urgent one that trains, between two steps. That one keeps its place in the queue, and goes on later from the
/// state that it was paused with.
/// </summary>
public sealed partial class RunLedger
{
    /// <summary>So long a more urgent run waits until the candidates have the paused one's state.</summary>
    public static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(10);

    private readonly List<ManagedRun> _settling = [];

    /// <summary>Why the run does not train; null where it was not interrupted, or its state is not acknowledged yet.</summary>
    public RunPause? PauseOf(ManagedRun run) => _settling.Contains(run) ? null : run.Record.Pause;

    /// <summary>The connected candidates that have room for a run's newest state and do not have it yet, by their names.</summary>
    public IEnumerable<string> Lacking(string runId) => Find(runId) is not { } run ? [] : Candidates()
        .Where(node => !node.Refused.ContainsKey(runId) && node.StepAnswered(runId) < StepOf(run)).Select(node => node.Node.Name);

    /// <summary>The wait of <see cref="LimitSettling"/> is over: the run is paused without the copies that are lacking. They follow.</summary>
    public IReadOnlyList<ManagerDecision> SettlingDue(string runId, int pause) => Decide(() =>
    {
        if (_settling.Find(run => run.Job.RunId == runId) is not { } run || run.Pauses != pause) return;
        run.IsOverdue = true;
        BeginNext();
    });

    /// <summary>Makes room for more urgent runs, where there is none.</summary>
    private void Interrupt()
    {
        if (!_preempts) return;

        // One that stops anyway makes room in any case.
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

    /// <summary>After its step where it trains, at once where it is only loaded.</summary>
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

    /// <summary>The interrupted run has ended its step. Whoever interrupted it may have gone meanwhile: it then goes on itself.</summary>
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
    /// What a run was paused with is to outlive this coordinator before another one trains, as if it left: the candidates have it, or no room for it. A slow
    /// one does not keep an urgent run waiting for longer than the limit: this coordinator's disk has the state, and its copy follows.
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
