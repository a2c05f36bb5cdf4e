using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;

namespace RnnActors.Training.Membership;

/// <summary>What <see cref="CrashDetector"/> knows of its cluster, and does to it.</summary>
internal interface IMembership
{
    /// <summary>Where the other members are.</summary>
    IEnumerable<Address> Others { get; }

    /// <summary>The coordinator, where another candidate is there to take over from it; null where none is.</summary>
    Address? ReplaceableCoordinator { get; }

    IFailureDetectorRegistry<Address> Detectors { get; }

    /// <summary>The cluster goes on without this member.</summary>
    void Down(Address member);
}

/// <summary>The membership of a node.</summary>
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
