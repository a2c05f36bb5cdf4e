using RnnActors.Training.Events;

namespace RnnActors.Training.Hosting;

/// <summary>Is told what happens to the node of this host, beside the host's log; register one to show it.</summary>
public interface INodeView
{
    /// <summary>Called from any thread, one call at a time. It must be quick.</summary>
    void Happened(NodeEvent happened);
}
