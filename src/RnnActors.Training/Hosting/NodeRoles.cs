namespace RnnActors.Training.Hosting;

/// <summary>What a node does in its cluster.</summary>
[Flags]
public enum NodeRoles
{
    None = 0,

    /// <summary>It may become the coordinator: one of them is, the others stand by.</summary>
    Coordinator = 1,

    /// <summary>It computes.</summary>
    Worker = 2,
}
