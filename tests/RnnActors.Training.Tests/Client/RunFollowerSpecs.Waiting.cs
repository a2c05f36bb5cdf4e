using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Client;

/// <summary>Runs that do not train just now.</summary>
public sealed partial class RunFollowerSpecs
{
    [Fact]
    public async Task A_paused_run_is_followed_on_and_what_it_waits_for_is_said_once()
    {
        var coordinator = CreateTestProbe();
        Accept(coordinator, epoch: 1);
        var pause = new RunPaused(7, "b", "urgent", 10);
        _client.Tell(EventFormat.Encode(_job.RunId, pause), coordinator.Ref);
        foreach (string waits in (string[])["paused", "paused", "paused. c trains", "paused. c trains"]) Tell(RunSummary.Waiting, waits);
        Tell(RunSummary.Running, null);
        foreach (string waits in (string[])["paused, and that was not told", "paused, and that was not told"]) Tell(RunSummary.Waiting, waits);
        string checkpoint = _theirs.Add(stream => stream.Write("newest"u8)).ToString();
        _client.Tell(Ended(checkpoint, null), coordinator.Ref);
        Assert.Equal(checkpoint, (await _completion.Task.WaitAsync(Patience)).Checkpoint);
        Assert.Equal([pause, new ClusterNews("paused. c trains"), new ClusterNews("paused, and that was not told")], _told);

        void Tell(string state, string? waits) => _client.Tell(
            Status(1) with
            {
                Nodes = [new NodeStatus(new NodeDescription("n", "n", false, 1, 0, 0, "", 0), "ready", "", 0, 0, 0)],
                Runs = [new RunSummary(_job.RunId, "test", state, 7, 9, 0, 0, 4, Waits: waits, IsPaused: state == RunSummary.Waiting)],
            },
            coordinator.Ref);
    }
}
