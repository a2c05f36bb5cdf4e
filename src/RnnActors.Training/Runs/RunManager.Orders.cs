using Akka.Actor;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;

namespace RnnActors.Training.Runs;

/// <summary>Orders of users about runs and nodes.</summary>
internal sealed partial class RunManager
{
    private void ReceiveOrders()
    {
        Receive<CancelRun>(cancel => Answer(cancel.RunId, _ledger.ReasonNotToCancel(cancel.RunId, cancel.Number), () =>
        {
            Do(_ledger.StopRequested(cancel.RunId, $"cancelled by {cancel.By}", Now));
            _settings.Report($"{NameOf(cancel.RunId)} is cancelled by {cancel.By}");
        }));
        Receive<DeleteRun>(delete => Answer(delete.RunId, _ledger.ReasonNotToDelete(delete.RunId, delete.Number), () => Do(_ledger.Deleted(delete.RunId))));
        Receive<SetPriority>(set => Answer(set.RunId, _ledger.ReasonNotToMove(set.RunId, set.Number), () => Do(_ledger.PrioritySet(set.RunId, set.Priority))));
        Receive<DrainNode>(drain =>
        {
            var node = _ledger.Nodes.FirstOrDefault(node => node.Node.Name == drain.Node);
            Answer(drain.Node, node is null ? "no such node is registered with the coordinator" : null, () => Drain(node!, drain.IsDrained));
        });
        Receive<GetRunLog>(wanted => _ledger.Find(wanted.RunId) is not null, wanted =>
            BackgroundThread.Run(() => _logs.Read(wanted.RunId, wanted.Offset)).PipeTo(Sender));
    }

    private void Answer(string subject, string? problem, Action obey)
    {
        if (_isHandingOver) return; // the client asks again, and reaches the next coordinator
        if (problem is null) obey();
        Sender.Tell(new ControlAnswer(subject, problem));
    }

    /// <summary>Drains a node, or undoes that. The node itself remembers it, and tells every coordinator with which it registers.</summary>
    private void Drain(RegisteredNode node, bool isDrained)
    {
        if (node.Node.IsDrained == isDrained) return;
        _settings.Report(isDrained ? $"{node.Node.Name} hands over its work and takes no more" : $"{node.Node.Name} takes work again");
        foreach (var active in _active.Values)
        {
            if (!isDrained || !node.IsHere || active.LocalWorkers is not { } workers) continue;
            active.Coordinator.Tell(NodeDraining.Instance, workers);
            active.LocalWorkers = null;
        }

        // A node obeys only the actor that accepted it: its actor here, or for the node of this process the coordinator itself.
        _peers[node.Node.NodeId].Actor.Tell(new BeDrained(_epoch, isDrained), _remotes.GetValueOrDefault(node.Node.NodeId) ?? Self);
    }

    private void Remove(RemoveRun remove) => InBackground(() => DiskWrite.Try("A deleted run", () =>
    {
        _logs.RemoveRun(remove.RunId);
        foreach (string file in remove.Files)
            if (ContentHash.TryParse(file, out var hash)) _settings.Directory.Files.Remove(hash);
    }, _settings.Report));
}
