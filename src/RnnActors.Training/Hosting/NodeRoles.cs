namespace RnnActors.Training.Hosting;

/// <summary>The roles of a node.</summary>
[Flags]
public enum NodeRoles
{
    None = 0,

    /// <summary>A candidate: one of them is the coordinator, the others are standbys.</summary>
    Coordinator = 1,

    /// <summary>It computes.</summary>
    Worker = 2,
}
