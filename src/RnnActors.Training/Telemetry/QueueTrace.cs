using System.Diagnostics;

namespace RnnActors.Training.Telemetry;

/// <summary>
/// The activities of runs that wait for their data or their turn. A run's own activity begins here, so that it includes the wait; its coordinator takes it
/// over.
/// </summary>
internal sealed class QueueTrace
{
    private readonly Dictionary<string, Waiting> _runs = [];

    /// <summary>Whether there is anything to trace.</summary>
    public bool IsHeard => _runs.Count > 0 || TrainingActivities.AreHeard;

    /// <param name="waiting">The runs that wait now, with the names of their files.</param>
    /// <param name="active">The runs that train, or are about to.</param>
    public void Observe(IEnumerable<(string RunId, IEnumerable<string> Files)> waiting, IReadOnlyCollection<string> active)
    {
        var now = waiting.ToDictionary(run => run.RunId, run => run.Files);
        foreach (string gone in _runs.Keys.Where(run => !now.ContainsKey(run)).ToArray())
        {
            TrainingActivities.End(_runs[gone].Queue);
            // A run that is about to train still has its activity, which its coordinator will take.
            if (active.Contains(gone)) _runs[gone] = _runs[gone] with { Queue = null };
            else if (_runs.Remove(gone, out var ended)) TrainingActivities.End(ended.Run);
        }

        foreach ((string runId, var files) in now)
        {
            if (_runs.ContainsKey(runId) || TrainingActivities.Begin("run")?.SetTag(TrainingActivities.RunTag, runId) is not { } run) continue;
            _runs.Add(runId, new Waiting(run, TrainingActivities.Begin("wait in queue", run.Context)?.SetTag(TrainingActivities.RunTag, runId)));
            foreach (string file in files) TrainingActivities.Own(file, run.Context);
        }
    }

    /// <summary>Hands over the activity of a run that begins to train.</summary>
    /// <returns>The run's activity, which the caller must end; null if it did not wait, or nothing is traced.</returns>
    public Activity? Take(string runId)
    {
        if (!_runs.Remove(runId, out var taken)) return null;
        TrainingActivities.End(taken.Queue);
        return taken.Run;
    }

    /// <summary>Ends the activities of all waiting runs.</summary>
    public void End() => Observe([], []);

    /// <param name="Queue">Null when it no longer waits.</param>
    private sealed record Waiting(Activity Run, Activity? Queue);
}
