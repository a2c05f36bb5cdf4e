using Akka;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

/// <summary>How a node registers, keeps copies and leaves.</summary>
public sealed class RemoteCoordinatorSpecs : RemoteCoordinatorKit
{
    [Fact]
    public async Task Refused_as_often_as_it_asks_it_says_so_once_for_each_reason()
    {
        foreach (string reason in (string[])["old", "old", "full", "full"]) Node.Tell(new NodeRefused(reason), TestActor);
        await Settled();
        Assert.Equal(["The coordinator refuses this node: old", "The coordinator refuses this node: full"], Said);
    }

    /// <summary>It may become the coordinator when the one that refuses it has gone.</summary>
    [Fact]
    public void A_refused_node_remembers_what_is_acknowledged_says_it_and_is_not_ready()
    {
        var state = new AcknowledgedRun(new string('a', 32), "test", 0, 8984, null, 7, "there");
        Node.Tell(new NodeRefused("it speaks protocol 2", 7, [state]), TestActor);
        AwaitAssert(() =>
        {
            Advance(TimeSpan.FromMilliseconds(250));
            var register = (RegisterNode)FishForMessage(message => message is RegisterNode, TimeSpan.FromMilliseconds(200));
            Assert.Equal(7, register.Node.HighestEpoch);
            Assert.Equal([state], register.Acknowledged!);
        }, Patience);
        Assert.Equal(7, Store.ReadEpoch());
        Assert.Equal("The coordinator refuses this node: it speaks protocol 2", Readiness.Problem);
        Watch(Node);
        Sys.Stop(Node);
        ExpectTerminated(Node, Patience);
        Assert.Equal([state], Store.ReadAcknowledged());
    }

    [Fact]
    public void A_candidate_is_ready_when_it_has_a_copy_of_all_that_is_acknowledged()
    {
        var job = JobFiles.Describe(Training, new RunIdentity("{}", "{}", "data"), "test", 2, Store.Files, Datasets);
        Assert.Equal("It has not registered with the coordinator yet", Readiness.Problem);
        Open(6);
        AwaitPresence(null);

        // What a coordinator of a lower epoch says is not heard: of its run no copy will come.
        Node.Tell(new RunsAcknowledged(5, [new AcknowledgedRun(new string('b', 32), "older", 0, 3, null, 5, "there")], []), TestActor);
        Node.Tell(new RunsAcknowledged(6, [new AcknowledgedRun(job.RunId, "test", 0, 0, null, 6, "there")], []), TestActor);
        AwaitAssert(() => Assert.Equal("It has no copy yet of test at step 0", Readiness.Problem), Patience);
        Node.Tell(new OfferReplica(6, new RunRecord(job, 1, null), 1, []), TestActor);
        FishForMessage(message => message is ReplicaStored { Problem: null }, Patience);
        Assert.Null(Readiness.Problem);
    }

    [Fact]
    public void A_coordinator_of_a_lower_epoch_than_the_node_has_heard_of_is_refused()
    {
        var sink = new RecordingSink();
        foreach (long epoch in new[] { 4, 0, -1, long.MinValue }) Node.Tell(new NodeAccepted(epoch, Address(sink)), TestActor);
        AwaitRegistration(5);
        Assert.False(sink.IsBroken);
        Assert.Equal(5, Store.ReadEpoch());
        Open(5);
    }

    [Fact]
    public async Task A_higher_epoch_is_remembered_before_anything_is_done_under_it_and_lower_ones_are_not_heard()
    {
        var sink = Open(9);
        Assert.Equal(9, Store.ReadEpoch());
        AwaitPresence(null); // else it would hear nobody yet
        var job = JobFiles.Describe(Training, new RunIdentity("{}", "{}", "data"), "test", 2, Store.Files, Datasets);
        foreach (long epoch in new long[] { 8, 10, 0, long.MinValue })
        {
            Node.Tell(new PrepareRemoteRun(epoch, job, 0, 0), TestActor);
            Node.Tell(new OfferReplica(epoch, new RunRecord(job, 1, null), 1, []), TestActor);
            Node.Tell(new RunClosed(epoch, job.RunId), TestActor);
        }

        Node.Tell(new RegisterAgain(8), TestActor);
        IgnoreMessages(message => message is NodePresent or StorageHeld); // the next may be due
        await Settled();
        ExpectNoMsg(0);
        Assert.Empty(Store.ReadRuns());
        Node.Tell(new OfferReplica(9, new RunRecord(job, 1, null), 1, []), TestActor);
        Assert.Equal(new ReplicaStored(9, job.RunId, 1, null), ExpectMsg<ReplicaStored>(Patience));
        Node.Tell(new PrepareRemoteRun(9, job, 0, 0), TestActor);
        ExpectMsg<RunPrepared>(Patience);

        // Nor is another coordinator of the same epoch heard, as one whose disk was lost.
        var other = CreateTestProbe();
        Node.Tell(new RunClosed(9, job.RunId), other.Ref);
        Node.Tell(new PrepareRemoteRun(9, job, 0, 7), other.Ref);

        // Orders of another epoch are not carried out either.
        Publish(sink, job, 9, step: 0);
        foreach (long epoch in new long[] { 8, 10 }) Say(sink, job, epoch, Order(job, 9, new WireOrder(0, 0, 1, 0)));
        foreach (long epoch in new long[] { 8, 10 }) Say(sink, job, 9, Order(job, epoch, new WireOrder(0, 0, 1, 0)));
        Say(sink, job, 9, Order(job, 9, new WireOrder(0, 0, 1, 0)) with { RunId = new string('1', 32) });
        Say(sink, job, 9, Order(job, 9, new WireOrder(1, 1, 2, 0)));
        Assert.Equal(new WireOrder(1, 1, 2, 0), ExpectMsg<RemoteShardsComputed>(Patience).Order);
        Say(sink, job, 9, Order(job, 9, new WireOrder(1, 3, 1, 0)));
        Assert.Equal(new WireOrder(1, 3, 1, 0), ExpectMsg<RemoteShardsComputed>(Patience).Order);
        await Settled();
        ExpectNoMsg(0);
        Node.Tell(new RegisterAgain(9), TestActor);
        AwaitRegistration(9);
        Assert.NotNull(sink.Reason);
    }

    [Fact]
    public void A_channel_that_breaks_lets_the_node_register_anew()
    {
        var sink = Open(5);
        sink.Channel.Close("the test wants it");
        AwaitRegistration(5);
        Open(6);
    }

    [Fact]
    public void An_offer_that_is_said_again_is_fetched_once_and_answered_as_often_as_it_is_said_when_it_is_stored()
    {
        var (files, job, wanted) = RunElsewhere();
        var sink = Open(5);
        AwaitRequests(sink, wanted.Length, () => Offer(revision: 1));
        for (int said = 0; said < 3; said++) Offer(revision: 1);
        foreach (var file in wanted) sink.Channel.SendFile(file, files.PathOf(file));
        Assert.Equal(new ReplicaStored(5, job.RunId, 1, null), FishForMessage<ReplicaStored>(_ => true, Patience));
        Assert.Equal(wanted.Select(file => $"requested {file}"), sink.Files(0).Where(happened => happened.StartsWith("requested", StringComparison.Ordinal)));
        for (int said = 0; said < 2; said++)
        {
            Offer(revision: 1);
            Assert.Equal(1, ExpectMsg<ReplicaStored>(Patience).Revision);
        }

        Offer(revision: 2);
        Assert.Equal(2, ExpectMsg<ReplicaStored>(Patience).Revision);
        Assert.Equal(job.RunId, Assert.Single(Store.ReadRuns()).Job.RunId);

        void Offer(long revision) => Node.Tell(new OfferReplica(5, new RunRecord(job, 1, null), revision, []), TestActor);
    }

    [Fact]
    public void An_offer_that_could_not_be_kept_is_fetched_anew_when_it_is_made_again_and_kept()
    {
        var (files, job, wanted) = RunElsewhere();
        var sink = Open(5);
        AwaitRequests(sink, wanted.Length, Offer);
        sink.Channel.RefuseFile(wanted[^1]);
        Assert.NotNull(FishForMessage<ReplicaStored>(_ => true, Patience).Problem);
        Assert.Empty(Store.ReadRuns());

        AwaitRequests(sink, 2 * wanted.Length, Offer);
        foreach (var file in wanted) sink.Channel.SendFile(file, files.PathOf(file));
        Assert.Equal(new ReplicaStored(5, job.RunId, 1, null), FishForMessage<ReplicaStored>(_ => true, Patience));
        Assert.Equal(job.RunId, Assert.Single(Store.ReadRuns()).Job.RunId);

        void Offer() => Node.Tell(new OfferReplica(5, new RunRecord(job, 1, null), 1, []), TestActor);
    }

    [Fact]
    public async Task A_node_that_leaves_says_so_until_it_is_released()
    {
        Open(5);
        Prepare(5);
        var leaving = CreateTestProbe();
        Node.Tell(RemoteCoordinator.Leave.Instance, leaving.Ref);
        for (int said = 0; said < 3; said++)
        {
            FishForMessage(message => message is NodeLeaving, Patience);
            leaving.ExpectNoMsg(0);
            await Settled();
            Advance(TimeSpan.FromSeconds(1));
        }

        Node.Tell(new NodeReleased("id"), TestActor);
        leaving.ExpectMsg<Done>(Patience);
    }

    [Fact]
    public void A_node_says_which_run_it_takes_part_in_as_long_as_it_does()
    {
        Open(5);
        var job = Prepare(5);
        AwaitPresence(job.RunId);
        Node.Tell(new RunClosed(5, job.RunId), TestActor);
        AwaitPresence(null);
    }

    /// <summary>A run that begins again has the same name: what was said of the turn before may come late, and took the node out of the run for good.</summary>
    [Fact]
    public void What_is_said_late_of_an_earlier_turn_leaves_the_present_one_alone()
    {
        var sink = Open(5);
        var job = Prepare(5, Training, "data", turn: 3);
        Node.Tell(new RunClosed(5, job.RunId, Turn: 2), TestActor);
        AwaitPresence(job.RunId);
        Node.Tell(new PrepareRemoteRun(5, job, 0, 2), TestActor);
        Publish(sink, job, 5, step: 0, turn: 3);
        Say(sink, job, 5, Order(job, 5, new WireOrder(1, 0, 4, 0)), turn: 3);
        FishForMessage(message => message is RemoteShardsComputed, Patience);
        Node.Tell(new RunClosed(5, job.RunId, Turn: 3), TestActor);
        AwaitPresence(null);
    }

    /// <summary>Offers until so many files were asked for: one that is sent before is not wanted
    /// yet, or comes while the node still looks what it lacks.</summary>
    private void AwaitRequests(RecordingSink sink, int count, Action offer) => AwaitAssert(() =>
    {
        offer();
        Assert.Equal(count, sink.Files(0).Count(happened => happened.StartsWith("requested", StringComparison.Ordinal)));
    }, Patience);

    /// <summary>A run that the node knows nothing of yet.</summary>
    private (FileCache Files, JobDescription Job, ContentHash[] Wanted) RunElsewhere()
    {
        var files = new FileCache(Path.Combine(Folder, "elsewhere"));
        var job = JobFiles.Describe(Training, new RunIdentity("{}", "{}", "data"), "test", 2, files, Datasets);
        return (files, job, [.. RunFiles.Files(job)]);
    }
}
