using System.Collections.Concurrent;
using System.Net;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Client;
using RnnActors.Training.Tests.Protocol;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

/// <summary>A node's half of the cluster, whose coordinator is the test; the clock goes when the test says so.</summary>
public sealed class RemoteCoordinatorSpecs : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly DatasetFile _datasets = new([new MemoryFormat()]);
    private readonly TrainingJob _job = AnswerKey.Create("streams");
    private readonly ConcurrentQueue<string> _said = [];
    private readonly NodeDirectory _directory;
    private readonly ChannelListener _listener = ChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), null);
    private readonly IActorRef _node;

    public RemoteCoordinatorSpecs()
        : base(ConfigurationFactory.ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"").WithFallback(LocalTraining.Configuration()))
    {
        _directory = new NodeDirectory(_folder);
        _directory.WriteEpoch(5);
        _node = Sys.ActorOf(RemoteCoordinator.Props(new RemoteCoordinatorSettings(
            new NodeDescription("id", "name", true, 2, 0, 256, "1.0.0", 0), _directory, new RunFiles(_directory.Files, _datasets), TestActor.Path.ToStringWithoutAddress(), null, ChannelSettings.Default, _said.Enqueue)));
        Assert.Equal(5, ExpectMsg<RegisterNode>(Patience).Node.HighestEpoch);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Refused_as_often_as_it_asks_it_says_so_once_for_each_reason()
    {
        foreach (string reason in (string[])["old", "old", "full", "full"]) _node.Tell(new NodeRefused(reason), TestActor);
        await Settled();
        Assert.Equal(["The coordinator refuses this node: old", "The coordinator refuses this node: full"], _said);
    }

    [Fact]
    public void A_coordinator_of_a_lower_epoch_than_the_node_has_heard_of_is_refused()
    {
        var sink = new RecordingSink();
        foreach (long epoch in new[] { 4, 0, -1, long.MinValue }) _node.Tell(new NodeAccepted(epoch, Address(sink)), TestActor);
        AwaitRegistration(5);
        Assert.False(sink.IsBroken);
        Assert.Equal(5, _directory.ReadEpoch());
        Open(5);
    }

    [Fact]
    public async Task A_higher_epoch_is_remembered_before_anything_is_done_under_it_and_lower_ones_are_not_heard()
    {
        var sink = Open(9);
        Assert.Equal(9, _directory.ReadEpoch());
        AwaitPresence(null); // else it would hear nobody yet
        var job = JobFiles.Describe(_job, new RunIdentity("{}", "{}", "data"), "test", 2, _directory.Files, _datasets);
        foreach (long epoch in new long[] { 8, 10, 0, long.MinValue })
        {
            _node.Tell(new PrepareRemoteRun(epoch, job, 0, 0), TestActor);
            _node.Tell(new OfferReplica(epoch, new RunRecord(job, 1, null), 1, []), TestActor);
            _node.Tell(new RunClosed(epoch, job.RunId), TestActor);
        }

        _node.Tell(new RegisterAgain(8), TestActor);
        await Settled();
        ExpectNoMsg(0);
        Assert.Empty(_directory.ReadRuns());
        _node.Tell(new OfferReplica(9, new RunRecord(job, 1, null), 1, []), TestActor);
        Assert.Equal(new ReplicaStored(9, job.RunId, 1, null), ExpectMsg<ReplicaStored>(Patience));
        _node.Tell(new PrepareRemoteRun(9, job, 0, 0), TestActor);
        ExpectMsg<RunPrepared>(Patience);

        // Nor is another coordinator of the same epoch heard, as one whose disk was lost.
        var other = CreateTestProbe();
        _node.Tell(new RunClosed(9, job.RunId), other.Ref);
        _node.Tell(new PrepareRemoteRun(9, job, 0, 7), other.Ref);

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
        _node.Tell(new RegisterAgain(9), TestActor);
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

    [Theory]
    [InlineData(0, -1, 1)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, -5)]
    [InlineData(0, 0, int.MaxValue)]
    [InlineData(0, int.MaxValue, int.MaxValue)]
    [InlineData(0, 3, 2)]
    [InlineData(2, 0, 1)]
    [InlineData(-1, 0, 1)]
    [InlineData(int.MinValue, 0, 1)]
    public void An_order_that_nobody_can_carry_out_ends_the_bond_with_that_coordinator_and_not_the_node(int worker, int first, int shards)
    {
        var sink = Open(5);
        var job = Prepare(5);
        Publish(sink, job, 5, step: 0);
        Say(sink, job, 5, Order(job, 5, new WireOrder(worker, first, shards, 0)));
        AwaitRegistration(5);
        Assert.NotNull(sink.Reason);
        ComputesStill(6);
    }

    [Fact]
    public void An_order_waits_for_as_many_parts_of_the_parameters_as_it_names()
    {
        var sink = Open(5);
        var job = Prepare(5);
        Say(sink, job, 5, Order(job, 5, new WireOrder(0, 0, 2, 0)) with { Parts = 2 });
        Publish(sink, job, 5, step: 0, part: 0);
        Say(sink, job, 5, Order(job, 5, new WireOrder(1, 2, 2, 0)));
        Assert.Equal(1, FishForMessage<RemoteShardsComputed>(_ => true, Patience).Order.Worker);
        ExpectNoMsg(0);
        Publish(sink, job, 5, step: 0, part: 0);
        Publish(sink, job, 5, step: 0, part: 1);
        Assert.Equal(0, ExpectMsg<RemoteShardsComputed>(Patience).Order.Worker);
    }

    [Fact]
    public void A_run_that_ends_while_its_worker_computes_takes_nothing_from_the_next()
    {
        using Gate computes = new(), ends = new();
        var busy = new ObservedDataset(_job.Data, (_, _) =>
        {
            computes.Set();
            ends.Wait();
            return false;
        });
        var sink = Open(5);
        var first = Prepare(5, _job with { Data = busy }, "busy");
        var run = Watch(LastSender);
        Publish(sink, first, 5, step: 0);
        Say(sink, first, 5, Order(first, 5, new WireOrder(0, 0, 4, 0)));
        computes.Wait();
        _node.Tell(new RunClosed(5, first.RunId), TestActor);
        var second = Prepare(5);
        ends.Set();
        FishForMessage(message => message is Terminated terminated && terminated.ActorRef.Equals(run), Patience);
        Publish(sink, second, 5, step: 0);
        Say(sink, second, 5, Order(second, 5, new WireOrder(1, 0, 4, 0)));
        FishForMessage(message => message is RemoteShardsComputed computed && computed.RunId == second.RunId, Patience);
    }

    [Fact]
    public void A_preparation_that_is_said_again_is_answered_again_and_begins_nothing_anew()
    {
        var sink = Open(5);
        var job = Prepare(5);
        var run = LastSender;
        Publish(sink, job, 5, step: 0);
        _node.Tell(new PrepareRemoteRun(5, job, 0, 0), TestActor);
        Assert.Equal(0, ExpectMsg<RunPrepared>(Patience).Turn);
        Assert.Equal(run, LastSender);
        Say(sink, job, 5, Order(job, 5, new WireOrder(1, 0, 4, 0)));
        FishForMessage(message => message is RemoteShardsComputed, Patience);
    }

    [Fact]
    public void Parameters_of_a_later_step_that_were_under_way_when_the_run_began_again_are_not_taken_for_its_own()
    {
        var sink = Open(5);
        Prepare(5);
        var job = Prepare(5, _job, "data", turn: 1);
        Publish(sink, job, 5, step: 7, turn: 0);
        Publish(sink, job, 5, step: 0, turn: 1);
        Say(sink, job, 5, Order(job, 5, new WireOrder(1, 0, 4, 0)), turn: 1);
        Assert.IsType<RemoteShardsComputed>(FishForMessage(message => message is RemoteShardsComputed or RemoteShardsLost, Patience));
    }

    [Fact]
    public void An_offer_that_is_said_again_is_fetched_once_and_answered_as_often_as_it_is_said_when_it_is_stored()
    {
        var files = new FileCache(Path.Combine(_folder, "elsewhere"));
        var job = JobFiles.Describe(_job, new RunIdentity("{}", "{}", "data"), "test", 2, files, _datasets);
        var wanted = RunFiles.Files(job).ToArray();
        var sink = Open(5);
        AwaitAssert(() =>
        {
            Offer(revision: 1);
            Assert.NotEmpty(sink.Files(0));
        }, Patience);
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
        Assert.Equal(job.RunId, Assert.Single(_directory.ReadRuns()).Job.RunId);

        void Offer(long revision) => _node.Tell(new OfferReplica(5, new RunRecord(job, 1, null), revision, []), TestActor);
    }

    [Fact]
    public async Task A_node_that_leaves_says_so_until_it_is_released()
    {
        Open(5);
        Prepare(5);
        var leaving = CreateTestProbe();
        _node.Tell(RemoteCoordinator.Leave.Instance, leaving.Ref);
        for (int said = 0; said < 3; said++)
        {
            FishForMessage(message => message is NodeLeaving, Patience);
            leaving.ExpectNoMsg(0);
            await Settled();
            ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(1));
        }

        _node.Tell(new NodeReleased("id"), TestActor);
        leaving.ExpectMsg<Done>(Patience);
    }

    [Fact]
    public void A_node_says_which_run_it_takes_part_in_as_long_as_it_does()
    {
        Open(5);
        var job = Prepare(5);
        AwaitPresence(job.RunId);
        _node.Tell(new RunClosed(5, job.RunId), TestActor);
        AwaitPresence(null);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(-1, 0)]
    [InlineData(-1, int.MinValue)]
    public void An_order_that_waits_for_no_parameters_ends_the_bond(long step, int parts)
    {
        var sink = Open(5);
        var job = Prepare(5);
        Say(sink, job, 5, Order(job, 5, new WireOrder(0, 0, 1, 0)) with { Step = step, Parts = parts });
        AwaitRegistration(5);
        Assert.NotNull(sink.Reason);
        ComputesStill(6);
    }

    [Fact]
    public void Bytes_that_are_no_message_of_a_step_end_the_bond()
    {
        var sink = Open(5);
        var job = Prepare(5);
        sink.Channel.Tell(Message(job, 5), WireSerializer.Pack(new RegisterAgain(5))[..^1]);
        Assert.NotNull(sink.Reason);
        AwaitRegistration(5);
        ComputesStill(6);
    }

    [Theory]
    [InlineData(new byte[] { 255, 255, 255, 255 })]
    [InlineData(new byte[] { 0, 0, 0, 128, 1 })]
    [InlineData(new byte[0])]
    public void Rows_that_the_data_have_not_are_an_order_that_failed(byte[] rows)
    {
        var sink = Open(5);
        var job = Prepare(5);
        Publish(sink, job, 5, step: 0);
        Say(sink, job, 5, Order(job, 5, new WireOrder(0, 0, 4, 0)) with { BatchRows = rows });
        FishForMessage(message => message is RemoteShardsLost or RemoteShardsComputed or RegisterNode, Patience);
        _node.Tell(new RegisterAgain(5), TestActor);
        AwaitRegistration(5);
        ComputesStill(6);
    }

    [Fact]
    public void A_run_that_cannot_be_is_refused_or_ends_the_bond()
    {
        Open(5);
        var job = JobFiles.Describe(_job, new RunIdentity("{}", "{}", "data"), "test", 2, _directory.Files, _datasets);
        long turn = 0;
        foreach (var wrong in new[] { job with { Model = "[" }, job with { Training = "{}" }, job with { Train = ".." } })
        {
            _node.Tell(new PrepareRemoteRun(5, wrong, 0, turn++), TestActor);
            Assert.NotEmpty(ExpectMsg<PreparationFailed>(Patience).Reason);
        }

        _node.Tell(new PrepareRemoteRun(5, job with { RunId = "no run" }, 0, 0), TestActor);
        AwaitRegistration(5);
        ComputesStill(6);
    }

    [Fact]
    public void No_message_of_the_wire_ends_a_node()
    {
        var random = new Random(11);
        var types = typeof(IWireMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IWireMessage)) && !type.IsInterface && type != typeof(NodeAccepted)).ToArray();
        Open(5);
        foreach (var type in types)
            for (int i = 0; i < 50; i++) _node.Tell(RandomRecord.Create(type, random), TestActor);
        _node.Tell(new RegisterAgain(long.MaxValue), TestActor);
        AwaitRegistration(5);
        ComputesStill(6);
    }

    /// <summary>Whatever happened before, a new coordinator finds a node that works.</summary>
    private void ComputesStill(long epoch)
    {
        var sink = Open(epoch);
        var job = Prepare(epoch);
        Publish(sink, job, epoch, step: 0);
        Say(sink, job, epoch, Order(job, epoch, new WireOrder(1, 0, 4, 0)));
        FishForMessage(message => message is RemoteShardsComputed, Patience);
    }

    private ChannelAddress Address(RecordingSink sink) => new("127.0.0.1", _listener.Port, _listener.Expect(sink));

    /// <summary>What the node says by the channel is read beside what it says by Akka.</summary>
    private RecordingSink Open(long epoch)
    {
        var sink = new RecordingSink { Telling = message => TestActor.Tell(WireSerializer.Unpack(message)) };
        _node.Tell(new NodeAccepted(epoch, Address(sink)), TestActor);
        _ = sink.Channel;
        return sink;
    }

    private JobDescription Prepare(long epoch) => Prepare(epoch, _job, "data");

    private JobDescription Prepare(long epoch, TrainingJob training, string data, long turn = 0)
    {
        var job = JobFiles.Describe(training, new RunIdentity("{}", "{}", data), "test", 2, _directory.Files, _datasets);
        // The channel is open here a moment before the node knows it.
        AwaitAssert(() =>
        {
            _node.Tell(new PrepareRemoteRun(epoch, job, 0, turn), TestActor);
            FishForMessage(message => message is RunPrepared prepared && prepared.Turn == turn, TimeSpan.FromSeconds(1));
        }, Patience);
        return job;
    }

    private void Publish(RecordingSink sink, JobDescription job, long epoch, long step, int part = 0, long turn = 0) =>
        sink.Channel.Send(new FrameDescription(FrameKind.Parameters, NameOfFrames(job, turn), epoch, step, new ShardRange(0, part)), _job.Model.CreateParameters(1).Memory);

    private static void Say(RecordingSink sink, JobDescription job, long epoch, IStepMessage message, long turn = 0) =>
        sink.Channel.Tell(Message(job, epoch, turn), WireSerializer.Pack(message));

    private static FrameDescription Message(JobDescription job, long epoch, long turn = 0) => new(FrameKind.Message, NameOfFrames(job, turn), epoch);

    private static ContentHash NameOfFrames(JobDescription job, long turn) => new PrepareRemoteRun(5, job, 0, turn).NameOfFrames();

    private ComputeRemoteShards Order(JobDescription job, long epoch, WireOrder order) => new(
        epoch, job.RunId, 0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(_job.CreatePlan().NextRows(TrainingProgress.Start).AsSpan()).ToArray(), false, [order], Parts: 1);

    /// <summary>When time goes on, the node asks to be let in. What it said before is passed over.</summary>
    private void AwaitRegistration(long epoch) => AwaitAssert(() =>
    {
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMilliseconds(250));
        var register = (RegisterNode)FishForMessage(message => message is RegisterNode, TimeSpan.FromMilliseconds(200));
        Assert.Equal(epoch, register.Node.HighestEpoch);
    }, Patience);

    private void AwaitPresence(string? runId) => AwaitAssert(() =>
    {
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromMilliseconds(250));
        FishForMessage(message => message is NodePresent present && present.RunId == runId, TimeSpan.FromMilliseconds(100));
    }, Patience);

    private Task<ActorIdentity> Settled() => _node.Ask<ActorIdentity>(new Identify(0), Patience);
}
