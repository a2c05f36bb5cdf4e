using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>The acknowledged states of the cluster's runs that a node knows. A pure state; not thread-safe.</summary>
public sealed class AcknowledgedRuns
{
    /// <summary>The maximum number of runs, so that a message with all of them stays short. The oldest are forgotten.</summary>
    public const int Max = 1000;

    private readonly OrderedDictionary<string, AcknowledgedRun> _runs = [];

    public AcknowledgedRuns(IEnumerable<AcknowledgedRun>? known = null) => Hear(known);

    /// <summary>The states, the most recently changed last.</summary>
    public IEnumerable<AcknowledgedRun> All => _runs.Values;

    /// <returns>Null for nothing.</returns>
    public AcknowledgedRun? Of(string runId) => _runs.GetValueOrDefault(runId);

    /// <returns>The states that were news.</returns>
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
