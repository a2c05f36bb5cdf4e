namespace RnnActors.Training.Protocol;

/// <summary>Ids of runs as people see them.</summary>
public static class RunIds
{
    private const int Shown = 8;

    /// <summary>A run's name, with the beginning of its id if another run has the same name.</summary>
    /// <param name="names">The names of all runs, this one included.</param>
    public static string NameAmong(string name, string runId, IEnumerable<string> names) =>
        names.Count(other => other == name) > 1 ? $"{name} ({Short(runId)})" : name;

    /// <summary>The beginning of an id, which commands accept in place of the whole.</summary>
    public static string Short(string runId) => runId[..Math.Min(Shown, runId.Length)];
}
