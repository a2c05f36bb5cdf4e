namespace RnnActors.Training.Protocol;

/// <summary>Ids of runs as people see them.</summary>
public static class RunIds
{
    private const int Shown = 8;

    /// <summary>The beginning of an id, which commands take for the whole.</summary>
    public static string Short(string runId) => runId[..Math.Min(Shown, runId.Length)];
}
