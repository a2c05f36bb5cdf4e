using RnnActors.Training.Runs;

namespace RnnActors.Training.Tests.Simulation;

/// <summary>Runs of higher priority interrupt others.</summary>
internal sealed partial class ManagerShell
{
    /// <summary>A person gives a run another priority.</summary>
    public void Move(SimulatedJob job, int priority) => Hear(() =>
    {
        if (!_isHandingOver) Do(_ledger.PrioritySet(job.Description.RunId, priority));
    });

    /// <summary>The names of runs that wait, and with which as many as there are places are more urgent than this one; null where there are fewer.</summary>
    public string? MoreUrgentThan(SimulatedJob job)
    {
        if (_ledger.Find(job.Description.RunId) is not { } own || _ledger.Runs.Any(run => run.TrainsAlone)) return null;
        string[] waiting = [.. _ledger.Waiting.Where(IsMoreUrgent).Select(run => run.Job.Name)];
        int training = _ledger.Active.Count(run => run.Stop == RunStop.None && IsMoreUrgent(run));
        return waiting.Length == 0 || waiting.Length + training < _world.Scenario.Places ? null : string.Join(", ", waiting);

        bool IsMoreUrgent(ManagedRun run) => run.Record.Priority > own.Record.Priority;
    }

    private void Stop(StopCurrent stop)
    {
        bool isPause = _ledger.Find(stop.RunId) is { Stop: RunStop.Pausing };
        if (isPause && _world.Bug == Bug.UrgentRunWaits) return;
        _active.GetValueOrDefault(stop.RunId)?.Stop(isPause);
    }

    private void Limit(LimitSettling limit)
    {
        _world.Oracle.Settles(this, limit.RunId);
        _world.Timeline.In(limit.After, Life, () => Hear(() =>
        {
            if (_isHandingOver) return;
            if (_world.Bug != Bug.SlowCandidateIsWaitedFor) Do(_ledger.SettlingDue(limit.RunId, limit.Pause));
            if (_ledger.Find(limit.RunId) is { Record.Pause: not null } run && run.Pauses == limit.Pause)
                _world.Oracle.HasSettled(this, run.Job, _ledger.PauseOf(run) is not null);
        }));
    }

    private void IsPaused(TellPaused paused)
    {
        string[] lacking = _ledger.Find(paused.RunId)!.IsOverdue ? [.. _ledger.Lacking(paused.RunId)] : [];
        _world.Log?.Add($"{_world.Timeline.Now} {Life} has paused {_ledger.Find(paused.RunId)!.Job.Name} at step {paused.Pause.Step} for {paused.Pause.Name}");
        _world.Oracle.Paused(this, _world.JobOf(paused.RunId), _ledger.Nodes
            .Where(node => node is { IsConnected: true, IsHere: false, Node.IsCandidate: true } && !node.Refused.ContainsKey(paused.RunId))
            .Select(node => _world.Machines.First(machine => machine.Name == node.Node.Name)), lacking);
    }
}
