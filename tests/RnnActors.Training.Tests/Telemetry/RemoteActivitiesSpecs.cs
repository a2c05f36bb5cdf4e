using RnnActors.Training.Protocol;
using RnnActors.Training.Tests.Remote;
using Xunit;

namespace RnnActors.Training.Tests.Telemetry;

/// <summary>What a node in another process than its coordinator tells of its work.</summary>
[Collection(HeardActivities.Collection)]
public sealed class RemoteActivitiesSpecs : RemoteCoordinatorKit
{
    [Fact]
    public void The_shards_of_an_order_are_a_part_of_the_step_that_it_names()
    {
        using var heard = new HeardActivities();
        var sink = Open(5);
        var job = Prepare(5);
        Publish(sink, job, 5, step: 0);
        Say(sink, job, 5, Order(job, 5, new WireOrder(1, 0, 4, 0)) with { TraceParent = heard.Caller.Id });
        FishForMessage(message => message is RemoteShardsComputed, Patience);

        var part = Assert.Single(heard.Below(heard.Caller), part => part.OperationName == "compute shards");
        Assert.True(part.HasRemoteParent);
        Assert.Equal((job.RunId, 0L, 4), (part.GetTagItem("rnnactors.run.id"), part.GetTagItem("rnnactors.step"), part.GetTagItem("rnnactors.shards")));
        Assert.NotNull(part.GetTagItem("rnnactors.node"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no context")]
    public void An_order_without_a_trace_is_computed_all_the_same(string? context)
    {
        using var heard = new HeardActivities();
        var sink = Open(5);
        var job = Prepare(5);
        Publish(sink, job, 5, step: 0);
        Say(sink, job, 5, Order(job, 5, new WireOrder(1, 0, 4, 0)) with { TraceParent = context });
        FishForMessage(message => message is RemoteShardsComputed, Patience);
        Assert.Empty(heard.Below(heard.Caller));
    }
}
