using Akka.Actor;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

/// <summary>A node's part in runs.</summary>
public sealed class RemoteRunSpecs : RemoteCoordinatorKit
{
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
        var busy = new ObservedDataset(Training.Data, (_, _) =>
        {
            computes.Set();
            ends.Wait();
            return false;
        });
        var sink = Open(5);
        var first = Prepare(5, Training with { Data = busy }, "busy");
        var run = Watch(LastSender);
        Publish(sink, first, 5, step: 0);
        Say(sink, first, 5, Order(first, 5, new WireOrder(0, 0, 4, 0)));
        computes.Wait();
        Node.Tell(new RunClosed(5, first.RunId), TestActor);
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
        Node.Tell(new PrepareRemoteRun(5, job, 0, 0), TestActor);
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
        var job = Prepare(5, Training, "data", turn: 1);
        Publish(sink, job, 5, step: 7, turn: 0);
        Publish(sink, job, 5, step: 0, turn: 1);
        Say(sink, job, 5, Order(job, 5, new WireOrder(1, 0, 4, 0)), turn: 1);
        Assert.IsType<RemoteShardsComputed>(FishForMessage(message => message is RemoteShardsComputed or RemoteShardsLost, Patience));
    }
}
