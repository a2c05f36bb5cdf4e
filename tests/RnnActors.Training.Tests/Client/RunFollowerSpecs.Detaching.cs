using Akka.Actor;
using Akka.TestKit;
using RnnActors.Training.Client;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Client;

/// <summary>Whoever only follows leaves the run to the cluster.</summary>
public sealed partial class RunFollowerSpecs
{
    /// <summary>On a busy machine it may take a while until its process has ended.</summary>
    [Fact]
    public async Task Who_detaches_asks_nobody_to_stop_the_run_however_long_its_process_takes_to_end()
    {
        Sys.Stop(_client);
        _client = Follow(stopsWhenCancelled: false);
        Accept(CreateTestProbe(), epoch: 1);
        _client.Tell(RunFollower.Stop.Instance);
        for (int tick = 0; tick < 20; tick++) await TickAsync();
        Assert.True(_completion.Task.IsCanceled);
        foreach (var asked in new TestKitBase[] { this, _other })
        {
            while (asked.HasMessages) Assert.IsNotType<StopRun>(asked.ReceiveOne(Patience));
        }
    }
}
