using System.Diagnostics;

namespace RnnActors.Training.Telemetry;

/// <summary>The activities of runs that wait for their data or for their turn.</summary>
internal sealed class QueueTrace
{
    private readonly Dictionary<string, Activity> _waiting = [];

    /// <summary>Whether there is anything to observe.</summary>
    public bool IsHeard => _waiting.Count > 0 || TrainingActivities.AreHeard;

    /// <param name="waiting">The runs that wait now.</param>
    public void Observe(IEnumerable<string> waiting)
    {
        var now = waiting.ToHashSet();
        foreach (string gone in _waiting.Keys.Where(run => !now.Contains(run)).ToArray()) Leave(gone);
        foreach (string run in now)
            if (!_waiting.ContainsKey(run) && TrainingActivities.Begin("wait in queue")?.SetTag(TrainingActivities.RunTag, run) is { } begun)
                _waiting.Add(run, begun);
    }

    /// <summary>The present runs wait here no more.</summary>
    public void End() => Observe([]);

    private void Leave(string run)
    {
        if (_waiting.Remove(run, out var activity)) TrainingActivities.End(activity);
    }
}
