using Akka;
using Akka.Actor;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Remote;

/// <summary>Leaving in order, and being drained.</summary>
internal sealed partial class RemoteCoordinator
{
    private void BeginLeaving()
    {
        _leaving.Add(Sender);
        _isLeaving = true;
        if (_link is null) Left();
        else _retransmission.Say(_link.Peer, new NodeLeaving(_settings.Node.NodeId));
    }

    /// <summary>Registers the node again, without its workers, after they have finished, or with them.</summary>
    private void BeDrained(BeDrained order)
    {
        if (_isDrained == order.IsDrained || _isLeaving) return;
        _isDrained = order.IsDrained;
        _settings.Report(_isDrained ? "This node was told to hand over its work and to take no more" : "This node was told to take work again");
        if (_isDrained && _link is not null) _retransmission.Say(_link.Peer, new NodeLeaving(_settings.Node.NodeId));
        else Reset();
    }

    private void Released()
    {
        _retransmission.End<NodeLeaving>();
        if (_isLeaving) Left();
        else if (_isDrained) Reset();
    }

    private void Left()
    {
        _retransmission.End<NodeLeaving>();
        foreach (var asker in _leaving) asker.Tell(Done.Instance);
        _leaving.Clear();
    }
}
