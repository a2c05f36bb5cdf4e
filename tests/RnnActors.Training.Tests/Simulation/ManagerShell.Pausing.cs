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

    /// <summary>The name of a run that is more urgent than this one and could train; null for none.</summary>
    public string? MoreUrgentThan(SimulatedJob job) =>
        _ledger.Next is { } next && _ledger.Find(job.Description.RunId) is { } own && next.Record.Priority > own.Record.Priority ? next.Job.Name : null;

    private void Stop(StopCurrent stop)
    {
        bool isPause = _ledger.Find(stop.RunId) is { Stop: RunStop.Pausing };
        if (isPause && _world.Bug == Bug.UrgentRunWaits) return;
        Active?.Stop(isPause);
    }

    private void IsPaused(TellPaused paused)
    {
        _world.Log?.Add($"{_world.Timeline.Now} {Life} has paused {_ledger.Find(paused.RunId)!.Job.Name} at step {paused.Pause.Step} for {paused.Pause.Name}");
        _world.Oracle.Paused(this, _world.JobOf(paused.RunId), _ledger.Nodes
            .Where(node => node is { IsConnected: true, IsHere: false, Node.IsCandidate: true } && !node.Refused.ContainsKey(paused.RunId))
            .Select(node => _world.Machines.First(machine => machine.Name == node.Node.Name)));
    }
}
