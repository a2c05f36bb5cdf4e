using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

/// <summary>What no coordinator says ends a node's bond with that coordinator, and never the node.</summary>
public sealed class HostileCoordinatorSpecs : RemoteCoordinatorKit
{
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
        Node.Tell(new RegisterAgain(5), TestActor);
        AwaitRegistration(5);
        ComputesStill(6);
    }

    [Fact]
    public void A_run_that_cannot_be_is_refused_or_ends_the_bond()
    {
        Open(5);
        var job = JobFiles.Describe(Training, new RunIdentity("{}", "{}", "data"), "test", 2, Store.Files, Datasets);
        long turn = 0;
        foreach (var wrong in new[] { job with { Model = "[" }, job with { Training = "{}" }, job with { Train = ".." } })
        {
            Node.Tell(new PrepareRemoteRun(5, wrong, 0, turn++), TestActor);
            Assert.NotEmpty(ExpectMsg<PreparationFailed>(Patience).Reason);
        }

        Node.Tell(new PrepareRemoteRun(5, job with { RunId = "no run" }, 0, turn), TestActor);
        AwaitRegistration(5);
        ComputesStill(6);
    }

    [Fact]
    public void No_message_of_the_wire_ends_a_node()
    {
        var random = new Random(11);
        var types = typeof(IWireMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IWireMessage)) && !type.IsInterface
            && type != typeof(NodeAccepted)).ToArray();
        Open(5);
        foreach (var type in types)
            for (int i = 0; i < 50; i++) Node.Tell(RandomRecord.Create(type, random), TestActor);
        Node.Tell(new RegisterAgain(long.MaxValue), TestActor);
        AwaitRegistration(5);
        ComputesStill(6);
    }
}
