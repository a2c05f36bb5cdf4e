namespace RnnActors.Training.Protocol;

/// <summary>Ids of runs as people see them.</summary>
public static class RunIds
{
    private const int Shown = 8;

    /// <summary>A run's name among others; where one of them has it too, with the beginning of its id.</summary>
    /// <param name="names">Those of all, its own among them.</param>
    public static string NameAmong(string name, string runId, IEnumerable<string> names) =>
        names.Count(other => other == name) > 1 ? $"{name} ({Short(runId)})" : name;

    /// <summary>The beginning of an id, which commands take for the whole.</summary>
    public static string Short(string runId) => runId[..Math.Min(Shown, runId.Length)];
}
