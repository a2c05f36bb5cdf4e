using Akka.Actor;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Membership;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

/// <summary>An actor that never ends must not keep its node from ending.</summary>
public sealed class EndSpecs : IDisposable
{
    private readonly ManualResetEventSlim _released = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_node_whose_actors_do_not_end_is_given_up_and_says_so(bool stops)
    {
        var released = _released;
        var actors = new NodeActors(_ => Props.Create(() => new Stubborn(released)), _ => Props.Create(() => new Stubborn(released)));
        await using var cluster = new TestCluster(actors);
        var node = await cluster.StartAsync(
            NodeRoles.Coordinator, options => (options.LeaveTimeout, options.EndTimeout) = (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(0.5)));
        await node.Events.NextAsync<CoordinatorChanged>();
        string name = node.Name;
        int port = node.Node.Address!.Value.Port;

        if (stops) await node.Host.StopAsync();
        else await node.Node.DisposeAsync();

        Assert.Equal(name, (await node.Events.NextAsync<NodeAbandoned>()).Address);
        var probe = new PortProbe();
        while (await probe.TryAsync("127.0.0.1", port, default) != PortAnswer.Refuses) await Task.Delay(50);
    }

    public void Dispose() => _released.Set();

    private sealed class Stubborn(ManualResetEventSlim released) : ReceiveActor
    {
        protected override void PostStop() => released.Wait();
    }
}
