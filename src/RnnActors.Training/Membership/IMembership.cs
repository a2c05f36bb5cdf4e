using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;

namespace RnnActors.Training.Membership;

/// <summary>The cluster, as <see cref="CrashDetector"/> uses it.</summary>
internal interface IMembership
{
    /// <summary>The addresses of the other members.</summary>
    IEnumerable<Address> Others { get; }

    /// <summary>The coordinator's address, if another candidate could replace it; null otherwise.</summary>
    Address? ReplaceableCoordinator { get; }

    IFailureDetectorRegistry<Address> Detectors { get; }

    /// <summary>Removes this member from the cluster.</summary>
    void Down(Address member);
}

/// <summary>The cluster of a node.</summary>
internal sealed class ClusterMembership(Cluster cluster) : IMembership
{
    public IEnumerable<Address> Others => cluster.State.Members.Select(member => member.Address).Where(address => address != cluster.SelfAddress);

    public Address? ReplaceableCoordinator
    {
        get
        {
            var view = new ClusterView();
            view.Apply(cluster.State);
            return view.HasStandby() ? view.Coordinator()!.Address : null;
        }
    }

    public IFailureDetectorRegistry<Address> Detectors => cluster.FailureDetector;

    public void Down(Address member) => cluster.Down(member);
}
