namespace RnnActors.Training.Tests.Simulation;

/// <summary>A cluster as its members see it.</summary>
internal sealed class Cluster
{
    /// <summary>The oldest first.</summary>
    public List<Life> Members { get; } = [];

    /// <summary>Those that it has put out.</summary>
    public HashSet<Life> Removed { get; } = [];

    /// <summary>By side: who has been silent, since when.</summary>
    public Dictionary<(int Side, Life Member), TimeSpan> Silent { get; } = [];

    /// <summary>By side: who is unreachable, and since when nothing has changed about it.</summary>
    public Dictionary<int, (string Who, TimeSpan Since)> Pictures { get; } = [];

    public Life? Coordinator => Members.Find(member => member.Machine.IsCandidate);
}
