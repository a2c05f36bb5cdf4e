using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>What a node has heard to be acknowledged of its cluster's runs. A pure state; not thread-safe.</summary>
public sealed class AcknowledgedRuns
{
    /// <summary>Of older runs nothing is remembered: a message that says all of it stays short.</summary>
    public const int Max = 1000;

    private readonly OrderedDictionary<string, AcknowledgedRun> _runs = [];

    public AcknowledgedRuns(IEnumerable<AcknowledgedRun>? known = null) => Hear(known);

    /// <summary>Those that changed last come last.</summary>
    public IEnumerable<AcknowledgedRun> All => _runs.Values;

    /// <returns>Null for nothing.</returns>
    public AcknowledgedRun? Of(string runId) => _runs.GetValueOrDefault(runId);

    /// <returns>What was news.</returns>
    public IReadOnlyList<AcknowledgedRun> Hear(IEnumerable<AcknowledgedRun>? said)
    {
        List<AcknowledgedRun> news = [];
        foreach (var run in said ?? [])
        {
            if (run is not { Step: >= -1, Generation: >= 0 } || !run.Supersedes(Of(run.RunId))) continue;
            _runs.Remove(run.RunId);
            _runs.Add(run.RunId, run);
            news.Add(run);
        }

        while (_runs.Count > Max) _runs.RemoveAt(0);
        return news;
    }
}
