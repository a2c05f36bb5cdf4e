using Akka.Actor;
using Akka.TestKit;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

/// <summary>The actor that speaks for a node in another process, between a coordinator and a node that are probes.</summary>
public sealed partial class RemoteNodeSpecs : VirtualTimeKit
{
    private const long Epoch = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly TrainingJob _job = AnswerKey.Create("streams");
    private readonly JobDescription _description;
    private readonly TestProbe _coordinator, _peer;
    private readonly IActorRef _node;
    private readonly RecordingSink _far;
    private readonly ChannelListener _listener;

    public RemoteNodeSpecs()
    {
        var job = new JobDescription("", "test", "[]", "{}", new string('0', 32), null, null, null, 1, "{}", "{}", "data");
        _description = job with { RunId = StoredRecords.IdOf(job) };
        (_coordinator, _peer) = (CreateTestProbe(), CreateTestProbe());
        // What is said to the node by the channel is read beside what is said by Akka.
        _far = new RecordingSink { Telling = message => _peer.Ref.Tell(WireSerializer.Unpack(message)) };
        var sink = new ChannelSink(new FileCache(_folder));
        _node = ActorOfAsTestActorRef<RemoteNode>(
            RemoteNode.Props(
                new NodeDescription("id", "name", false, 2, 0, 256, "1.0.0", 0), Epoch, _peer.Ref, sink,
                    new NodeTraffic()).WithDispatcher("akka.test.calling-thread-dispatcher"), TestActor);
        sink.Attach(_node);
        _listener = ChannelListener.Start(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), null);
        TensorChannel.Connect("127.0.0.1", _listener.Port, _listener.Expect(sink), null, _far);
        ExpectMsg<RemoteNode.Connected>();
        _node.Tell(new RemoteNode.TakePart(_coordinator.Ref, _description));
        _coordinator.ExpectMsg<NodeJoined>();
        _node.Tell(new PrepareRun(_job, [], 3), _coordinator.Ref);
        _peer.ExpectMsg<PrepareRemoteRun>();
        _node.Tell(new RunPrepared(Epoch, _description.RunId, 0));
        _coordinator.ExpectMsg<NodePrepared>();
        Give(7);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_answer_waits_for_its_gradients_and_its_state_and_then_counts(bool byChannel)
    {
        if (byChannel) Say(WireSerializer.Pack(Answer()));
        else _node.Tell(Answer());
        _coordinator.ExpectNoMsg(0);
        Send(FrameKind.Gradient, new float[_job.Model.Layout.Length]);
        Send(FrameKind.State, [.. Enumerable.Repeat(2f, StateLength)]);
        var computed = _coordinator.ExpectMsg<ShardsComputed>();
        Assert.Equal((7, Order), (computed.Step, computed.Order));
        Assert.All(computed.FinalState.ToArray(), value => Assert.Equal(2, value));
    }

    [Fact]
    public void What_is_of_another_epoch_or_run_or_answers_nothing_is_passed_over()
    {
        IWireMessage[] stale =
        [
            Answer() with { Epoch = Epoch - 1 }, Answer() with { Epoch = Epoch + 1 }, Answer() with { RunId = new string('1', 32) },
            Answer() with { Step = 6 }, Answer() with { Step = 8 },
            Answer() with { Order = new WireOrder(9, 0, 2, 0) }, Answer() with { Order = new WireOrder(3, -1, int.MaxValue, 0) },
            new RemoteShardsLost(Epoch - 1, _description.RunId, 7, Wire, "no"),
            new RemoteShardsLost(Epoch, _description.RunId, 7, new WireOrder(3, -7, 1 << 30, 0), "no"),
            new RemoteShardsEvaluated(Epoch, _description.RunId, 7, new WireOrder(3, 0, 1 << 30, 9), [], 0),
            new PreparationFailed(Epoch - 1, _description.RunId, "no", 0), new PreparationFailed(Epoch, "no", "no", 0),
            new PreparationFailed(Epoch, _description.RunId, "no", 1), new RunPrepared(Epoch - 1, _description.RunId, 0),
            new ReplicaStored(Epoch - 1, "", 0, null),
        ];
        foreach (var message in stale) _node.Tell(message);
        _coordinator.ExpectNoMsg(0);
        ExpectNoMsg(0);
        // By the channel the same is passed over.
        foreach (var message in stale.OfType<IStepMessage>()) Say(WireSerializer.Pack(message));
        Say(WireSerializer.Pack(Answer()), epoch: Epoch + 1);
        Say(WireSerializer.Pack(Answer()), run: new string('1', 32));
        Say([0], epoch: Epoch - 1);
        Say(WireSerializer.Pack(new RemoteShardsLost(Epoch, _description.RunId, 7, Wire, "it failed")));
        Assert.Equal(new ShardsLost(7, Order, "it failed"), _coordinator.ExpectMsg<ShardsLost>());
        _node.Tell(Answer());
        _coordinator.ExpectNoMsg(0);
    }

    [Fact]
    public void An_answer_that_cannot_be_one_costs_the_node_its_place_and_not_the_run()
    {
        _node.Tell(Answer() with { Losses = [new WireTreeNodeLoss(-3, 1 << 30, new WireLoss(0, 0, 0), null)] });
        Assert.Contains("the losses that it sent", _coordinator.ExpectMsg<NodeLost>().Reason, StringComparison.Ordinal);
        Assert.Equal("id", ExpectMsg<RemoteNode.Gone>().NodeId);
        Assert.NotNull(_far.Reason);
    }

    [Fact]
    public void A_block_that_the_run_has_not_ends_the_channel_and_the_node_with_it()
    {
        Send(FrameKind.Gradient, new float[_job.Model.Layout.Length + 1]);
        _coordinator.ExpectMsg<NodeLost>();
        ExpectMsg<RemoteNode.Gone>();
        Assert.NotNull(_far.Reason);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(int.MaxValue - 1023)]
    public void A_part_behind_the_end_ends_the_channel_and_the_node_with_it(int first)
    {
        Send(FrameKind.Gradient, new float[1], first);
        _coordinator.ExpectMsg<NodeLost>();
        ExpectMsg<RemoteNode.Gone>();
        Assert.NotNull(_far.Reason);
    }

    public static TheoryData<byte[]> NoMessagesOfAStep =>
    [
        [0], [1], [255, 1, 2], [.. new byte[70]], [14, .. "shards-lost/1"u8, 0xC0], [.. WireSerializer.Pack(new RemoteShardsLost(1, "", 1, Wire, "no")), 0],
        WireSerializer.Pack(new NodeReleased("id")), WireSerializer.Pack(new RegisterAgain(1)),
    ];

    [Theory]
    [MemberData(nameof(NoMessagesOfAStep))]
    public void Bytes_that_are_no_message_of_a_step_end_the_channel_and_the_node_with_it(byte[] bytes)
    {
        Say(bytes);
        Assert.Contains("is refused", _coordinator.ExpectMsg<NodeLost>().Reason, StringComparison.Ordinal);
        ExpectMsg<RemoteNode.Gone>();
        Assert.NotNull(_far.Reason);
    }

    [Fact]
    public void Orders_of_a_step_that_is_over_are_still_answered_without_their_numbers()
    {
        Give(8);
        _node.Tell(Answer());
        var late = _coordinator.ExpectMsg<ShardsComputed>();
        Assert.Equal((7, Order), (late.Step, late.Order));
        Assert.True(late.FinalState.IsEmpty);
    }

    [Fact]
    public void A_preparation_is_said_again_until_it_is_answered_and_answers_of_the_turn_before_are_none()
    {
        _node.Tell(new RemoteNode.LeaveRun(_description.RunId));
        Assert.Equal(_description.RunId, _peer.ExpectMsg<RunClosed>().RunId);
        _node.Tell(new RemoteNode.TakePart(_coordinator.Ref, _description));
        _coordinator.ExpectMsg<NodeJoined>();
        _node.Tell(new PrepareRun(_job, [], 3), _coordinator.Ref);
        var said = _peer.ExpectMsg<PrepareRemoteRun>();
        Assert.Equal(1, said.Turn);
        _node.Tell(new RunPrepared(Epoch, _description.RunId, 0));
        for (int again = 0; again < 3; again++)
        {
            _peer.ExpectNoMsg(0);
            Advance(1);
            Assert.Equal(said, _peer.ExpectMsg<PrepareRemoteRun>());
        }

        _coordinator.ExpectNoMsg(0);
        _node.Tell(new RunPrepared(Epoch, _description.RunId, 1));
        _coordinator.ExpectMsg<NodePrepared>();
        Advance(10);
        _peer.ExpectNoMsg(0);

        // An answer that was under way when the run began again.
        Give(7);
        Say(WireSerializer.Pack(new RemoteShardsLost(Epoch, _description.RunId, 7, Wire, "before")));
        Say(WireSerializer.Pack(new RemoteShardsLost(Epoch, _description.RunId, 7, Wire, "now")), run: said.NameOfFrames().ToString());
        Assert.Equal(new ShardsLost(7, Order, "now"), _coordinator.ExpectMsg<ShardsLost>());
    }

    [Fact]
    public void A_node_that_cannot_be_prepared_is_asked_again_after_longer_and_longer_until_the_run_is_over()
    {
        _node.Tell(new RemoteNode.LeaveRun(_description.RunId));
        _peer.ExpectMsg<RunClosed>();
        _node.Tell(new RemoteNode.TakePart(_coordinator.Ref, _description));
        int turn = 0;
        foreach (int wait in (int[])[10, 20, 40, 80, 160, 300, 300])
        {
            Refuse(++turn);
            Advance(wait - 1);
            _coordinator.ExpectNoMsg(0);
            Advance(1);
        }

        // One that was ready for once waits no longer than at first.
        Prepare();
        _node.Tell(new RunPrepared(Epoch, _description.RunId, ++turn));
        _coordinator.ExpectMsg<NodePrepared>();
        _node.Tell(new RemoteNode.LeaveRun(_description.RunId));
        _peer.ExpectMsg<RunClosed>();
        _node.Tell(new RemoteNode.TakePart(_coordinator.Ref, _description));
        Refuse(++turn);
        Advance(10);
        Refuse(++turn);
        _node.Tell(new RemoteNode.LeaveRun(_description.RunId));
        Advance(1000);
        _coordinator.ExpectNoMsg(0);
        _peer.ExpectNoMsg(0);

        void Prepare()
        {
            _coordinator.ExpectMsg<NodeJoined>();
            _node.Tell(new PrepareRun(_job, [], 3), _coordinator.Ref);
            _peer.ExpectMsg<PrepareRemoteRun>();
        }

        void Refuse(int number)
        {
            Prepare();
            _node.Tell(new PreparationFailed(Epoch, _description.RunId, "no room", number));
            Assert.Equal(new NodeUnable("no room"), _coordinator.ExpectMsg<NodeUnable>());
            _peer.ExpectMsg<RunClosed>();
        }
    }

    [Fact]
    public void An_offer_is_said_again_until_it_is_answered_and_the_newest_takes_the_place_of_those_before()
    {
        var first = Offer(1);
        _node.Tell(first);
        for (int said = 0; said < 3; said++)
        {
            Assert.Equal(first, _peer.ExpectMsg<OfferReplica>());
            _peer.ExpectNoMsg(0);
            Advance(1);
        }

        Assert.Equal(first, _peer.ExpectMsg<OfferReplica>());
        var second = Offer(2);
        _node.Tell(second);
        Assert.Equal(second, _peer.ExpectMsg<OfferReplica>());
        _node.Tell(new ReplicaStored(Epoch, _description.RunId, 1, null));
        _node.Tell(new ReplicaStored(Epoch, new string('1', 32), 2, null));
        _node.Tell(Offer(3), _peer.Ref);
        ExpectNoMsg(0);
        Advance(1);
        Assert.Equal(second, _peer.ExpectMsg<OfferReplica>());
        _peer.ExpectNoMsg(0);
        var answer = new ReplicaStored(Epoch, _description.RunId, 2, null);
        _node.Tell(answer);
        Assert.Equal(new RemoteNode.ReplicaAnswered("id", answer), ExpectMsg<RemoteNode.ReplicaAnswered>());
        _node.Tell(answer);
        Advance(10);
        ExpectNoMsg(0);
        _peer.ExpectNoMsg(0);
    }

    [Fact]
    public void A_node_that_leaves_is_released_as_often_as_it_asks_and_takes_part_no_more()
    {
        _node.Tell(new NodeLeaving("id"), _peer.Ref);
        _node.Tell(new NodeLeaving("id"), _peer.Ref);
        for (int asked = 0; asked < 2; asked++) _coordinator.ExpectMsg<NodeDraining>();
        _node.Tell(NodeDrained.Instance, _coordinator.Ref);
        _peer.ExpectMsg<NodeReleased>();
        _peer.ExpectMsg<RunClosed>();
        _node.Tell(new NodeLeaving("id"), _peer.Ref);
        _peer.ExpectMsg<NodeReleased>();
        _node.Tell(new RemoteNode.TakePart(_coordinator.Ref, _description));
        _coordinator.ExpectNoMsg(0);
    }

    [Fact]
    public void A_node_that_takes_part_in_a_run_that_is_over_is_told_again()
    {
        var present = new NodePresent("id", Epoch, _description.RunId);
        _node.Tell(present);
        _peer.ExpectNoMsg(0);
        _node.Tell(new RemoteNode.LeaveRun(_description.RunId));
        var closed = _peer.ExpectMsg<RunClosed>();
        _node.Tell(present);
        Assert.Equal(closed, _peer.ExpectMsg<RunClosed>());
        _node.Tell(present with { RunId = null });
        _peer.ExpectNoMsg(0);
    }

    private OfferReplica Offer(long revision) => new(Epoch, new RunRecord(_description, 1, null), revision, []);

    private void Advance(int seconds) => Advance(TimeSpan.FromSeconds(seconds));

    private static ShardOrder Order => new(new WorkerId(3), new ShardRange(0, 2), 0);

    private static WireOrder Wire => new(3, 0, 2, 0);

    private int StateLength => new ShardPlan(_job.Data.Streams, _job.Training.Shards).RowsOf(Order.Shards).Count * _job.Model.StateWidth;

    private void Give(long step)
    {
        _node.Tell(new ParametersPublished(step, new AlignedBuffer(_job.Model.Layout.Length)), _coordinator.Ref);
        _node.Tell(new ComputeShards(step, Enumerable.Range(0, _job.Data.Streams).ToArray(), new float[_job.Data.Streams * _job.Model.StateWidth], [Order]),
            _coordinator.Ref);
        Assert.Equal(step, _peer.ExpectMsg<ComputeRemoteShards>().Step);
    }

    private void Send(FrameKind kind, float[] block, int first = 0) =>
        _far.Channel.Send(new FrameDescription(kind, ContentHash.Parse(_description.RunId), Epoch, 7, Order.Shards, first), block);

    private void Say(byte[] message, long epoch = Epoch, string? run = null) =>
        _far.Channel.Tell(new FrameDescription(FrameKind.Message, ContentHash.Parse(run ?? _description.RunId), epoch), message);

    private RemoteShardsComputed Answer() =>
        new(Epoch, _description.RunId, 7, Wire, [new WireTreeNodeLoss(0, 2, new WireLoss(1, 2, 0), null)], 0.1, CarriesState: true);
}
