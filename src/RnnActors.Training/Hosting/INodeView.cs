using RnnActors.Training.Events;

namespace RnnActors.Training.Hosting;

/// <summary>Shows a node's events, beside the host's log. Register one with the host.</summary>
public interface INodeView
{
    /// <summary>Called from any thread, one call at a time. It must be quick.</summary>
    void Happened(NodeEvent happened);
}
