using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>A node of a <see cref="SimulatedRun"/>.</summary>
internal sealed class SimulatedNode(int number, IReadOnlyList<WorkerId> workers)
{
    public int Number { get; } = number;

    public IReadOnlyList<WorkerId> Workers { get; } = workers;

    /// <summary>Nothing comes from it until it wakes.</summary>
    public bool Hangs { get; set; }

    public bool IsSuspected { get; set; }

    public bool IsLeaving { get; set; }

    /// <summary>The parameters that it was last given.</summary>
    public Publish? Published { get; set; }

    /// <summary>What it was given and has not delivered; of a lost one, what never comes.</summary>
    public List<SimulatedOrder> Orders { get; } = [];
}

/// <summary>An order on its way through a node.</summary>
internal sealed class SimulatedOrder(SimulatedNode node)
{
    public SimulatedNode Node { get; } = node;

    /// <summary>Its answer arrived, so its gradients have been sent whatever happens to the node.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>The node was lost before it answered.</summary>
    public bool IsLost { get; set; }
}
