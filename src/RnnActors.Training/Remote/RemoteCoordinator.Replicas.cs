using Akka.Actor;
using RnnActors.Core.Kernels.Threads;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Remote;

/// <summary>The copies of runs that a candidate keeps.</summary>
internal sealed partial class RemoteCoordinator
{
    private bool IsPresent(OfferReplica message) => IsPresent(message.Epoch);

    /// <summary>Stores a copy. A repeated offer is answered again, or waits for the work that the first one began.</summary>
    private void Keep(OfferReplica offer)
    {
        if (_replicas.Begin(offer)) BackgroundThread.Run(() => _replicas.Lack(offer)).PipeTo(Self, failure: e => new KeptOffer(offer, e.Message));
        else Answer(_replicas.Answer);
    }

    private void Answer(ReplicaStored? answer)
    {
        if (answer is not null) _link?.Peer.Tell(answer);
    }

    private void FetchReplica(ReplicaKeeper.Lacking lacking)
    {
        if (_link is null || !_replicas.Await(lacking, Store)) return;
        foreach (var file in lacking.Files) _link!.Sink.Fetch(file, _link.Channel);
    }

    private void Store(OfferReplica offer) =>
        BackgroundThread.Run(() => new KeptOffer(offer, _replicas.Store(offer))).PipeTo(Self, failure: e => new KeptOffer(offer, e.Message));
}
