using System.Diagnostics;

namespace RnnActors.Training.Telemetry;

/// <summary>
/// The activities of runs that wait for their data or for their turn. A run's own activity begins here, so that what it waited for is a part of it, and its
/// coordinator takes it over.
/// </summary>
internal sealed class QueueTrace
{
    private readonly Dictionary<string, Waiting> _runs = [];

    /// <summary>Whether there is anything to observe.</summary>
    public bool IsHeard => _runs.Count > 0 || TrainingActivities.AreHeard;

    /// <param name="waiting">The runs that wait now, with the names of their files.</param>
    /// <param name="active">The runs that train, or are about to.</param>
    public void Observe(IEnumerable<(string RunId, IEnumerable<string> Files)> waiting, IReadOnlyCollection<string> active)
    {
        var now = waiting.ToDictionary(run => run.RunId, run => run.Files);
        foreach (string gone in _runs.Keys.Where(run => !now.ContainsKey(run)).ToArray())
        {
            TrainingActivities.End(_runs[gone].Queue);
            // That of one that trains is its coordinator's soon.
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

    /// <summary>The run begins to train.</summary>
    /// <returns>Its activity, which is the caller's to end; null where it did not wait, or nobody listens.</returns>
    public Activity? Take(string runId)
    {
        if (!_runs.Remove(runId, out var taken)) return null;
        TrainingActivities.End(taken.Queue);
        return taken.Run;
    }

    /// <summary>The present runs wait here no more.</summary>
    public void End() => Observe([], []);

    /// <param name="Queue">Null where it waits no more.</param>
    private sealed record Waiting(Activity Run, Activity? Queue);
}
