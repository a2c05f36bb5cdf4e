using Akka.Actor;
using Akka.TestKit;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;
using MemberStatus = Akka.Cluster.MemberStatus;

namespace RnnActors.Training.Tests.Runs;

/// <summary>Only a coordinator that leaves in order has the last word on what there is of a run.</summary>
public sealed class HandOverSpecs : VirtualTimeKit
{
    private readonly TrainingJob _job = AnswerKey.Create("streams", epochs: 2) with { CheckpointEverySteps = 1 };
    private readonly ManagedCluster _cluster;

    public HandOverSpecs() => _cluster = new ManagedCluster(Sys);

    protected override void AfterAll()
    {
        base.AfterAll();
        _cluster.Dispose();
    }

    [Theory]
    [InlineData(true, false, null, true)]
    [InlineData(false, false, null, false)]
    [InlineData(true, false, MemberStatus.Up, true)]
    [InlineData(false, false, MemberStatus.Up, false)]
    [InlineData(false, false, MemberStatus.Exiting, true)]
    [InlineData(false, false, MemberStatus.Down, false)]
    [InlineData(true, false, MemberStatus.Down, false)]
    [InlineData(true, false, MemberStatus.Removed, false)]
    [InlineData(true, true, MemberStatus.Up, false)]
    [InlineData(true, true, MemberStatus.Leaving, false)]
    public void Who_was_told_beforehand_leaves_in_order_and_who_was_taken_out_does_not(bool isPrepared, bool isTakenOut, MemberStatus? own, bool isInOrder) =>
        Assert.Equal(isInOrder, HandOverRule.IsInOrder(isPrepared, isTakenOut, own));

    /// <summary>Cut off, it counted states as acknowledged that it alone held, and the majority had to stop and fetch what it had computed itself.</summary>
    [Fact]
    public void A_coordinator_that_ends_because_others_went_on_does_not_acknowledge_what_it_alone_has()
    {
        var (manager, candidate) = Begin();
        Watch(manager);
        manager.Tell(RunManager.HandOver.Instance);
        AwaitAssert(() =>
        {
            Advance(TimeSpan.FromSeconds(8)); // the candidate is on the other side, and does not answer
            ExpectTerminated(manager, TimeSpan.FromMilliseconds(100));
        }, Patience);
        Assert.Empty(Acknowledged(candidate));
    }

    [Fact]
    public void A_coordinator_that_leaves_in_order_acknowledges_what_it_alone_has()
    {
        var (manager, candidate) = Begin();
        manager.Tell(RunManager.PrepareHandOver.Instance, TestActor);
        var told = (RunsAcknowledged)candidate.FishForMessage(message => message is RunsAcknowledged { Runs.Length: > 0 }, Patience);
        Assert.True(Assert.Single(told.Runs).Step > 0);
        ExpectNoMsg(0); // it waits for the candidate
    }

    /// <summary>A run that is complete, and a candidate that is offered a copy and never answers.</summary>
    private (IActorRef Manager, TestProbe Candidate) Begin()
    {
        var description = _cluster.Describe(_job);
        var manager = _cluster.Manage();
        var probe = CreateTestProbe();
        var candidate = ManagedCluster.Workers(0, id: "other");
        manager.Tell(candidate with { Node = candidate.Node with { IsCandidate = true, Name = "other:1" } }, new Distant(Sys, probe));
        var channel = probe.ExpectMsg<NodeAccepted>(Patience).Channel!;
        var sink = new RecordingSink();
        TensorChannel.Connect(channel.Host, channel.Port, channel.Token, null, sink);
        Assert.NotNull(sink.Channel);
        AwaitAssert(() =>
        {
            manager.Tell(new NodePresent("other", 1, null), new Distant(Sys, probe));
            probe.ExpectNoMsg(TimeSpan.FromMilliseconds(20)); // RegisterAgain as long as it is not connected
        }, Patience);
        manager.Tell(ManagedCluster.Workers(2), CreateTestProbe().Ref);
        var client = CreateTestProbe();
        manager.Tell(new SubmitRun(description), client.Ref);
        Assert.Equal(RunEnding.Complete, ((RunEnded)client.FishForMessage(message => message is RunEnded, Patience)).Ending);
        probe.FishForMessage(message => message is OfferReplica, Patience);
        Assert.Empty(Acknowledged(probe));
        return (manager, probe);
    }

    private static IEnumerable<AcknowledgedRun> Acknowledged(TestProbe candidate)
    {
        while (candidate.HasMessages)
            if (candidate.ReceiveOne(TimeSpan.Zero) is RunsAcknowledged told)
                foreach (var run in told.Runs) yield return run;
    }

    /// <summary>An actor of another process.</summary>
    private sealed class Distant(ActorSystem system, TestProbe hears) : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(new Address("akka.tcp", system.Name, "other", 1)) / "user" / "node";

        public override IActorRefProvider Provider => ((ExtendedActorSystem)system).Provider;

        protected override void TellInternal(object message, IActorRef sender) => hears.Ref.Tell(message, sender);
    }
}
