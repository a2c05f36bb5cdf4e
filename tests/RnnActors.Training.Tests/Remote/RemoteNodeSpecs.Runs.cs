using Akka.Actor;
using Akka.TestKit;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

/// <summary>A node beside several runs.</summary>
public sealed partial class RemoteNodeSpecs
{
    /// <summary>This one's build says nothing of several runs.</summary>
    [Fact]
    public void A_node_of_an_older_build_takes_part_in_one_run_after_another()
    {
        var (other, waits) = Other("other");
        waits.ExpectNoMsg(0);
        _node.Tell(new RemoteNode.LeaveRun(_description.RunId));
        _peer.ExpectMsg<RunClosed>();
        waits.ExpectMsg<NodeJoined>();
        _node.Tell(new PrepareRun(_job, [], 0), waits.Ref);
        Assert.Equal((other.RunId, null), (_peer.ExpectMsg<PrepareRemoteRun>() is var prepare ? prepare.Job.RunId : "", prepare.Beside));
    }

    [Fact]
    public void A_run_that_is_over_before_an_older_build_has_come_to_it_is_not_begun()
    {
        var (other, waits) = Other("other");
        _node.Tell(new RemoteNode.LeaveRun(other.RunId));
        _node.Tell(new RemoteNode.LeaveRun(_description.RunId));
        waits.ExpectNoMsg(0);
    }

    private (JobDescription Job, TestProbe Coordinator) Other(string name)
    {
        var job = _description with { RunId = "", Name = name, DataHash = name };
        job = job with { RunId = StoredRecords.IdOf(job) };
        var coordinator = CreateTestProbe();
        _node.Tell(new RemoteNode.TakePart(coordinator.Ref, job));
        return (job, coordinator);
    }
}
