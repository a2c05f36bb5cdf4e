using Microsoft.Extensions.Diagnostics.HealthChecks;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;
using RnnActors.Training.Tests.Client;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

/// <summary>A standby that could keep no copies takes over from a coordinator that leaves in order: nothing falls back, and nothing is trained twice.</summary>
public sealed class NewestStateSpecs : ClusterSpecs
{
    [Fact]
    public async Task A_run_that_a_lost_coordinator_has_completed_waits_for_it_and_is_not_trained_again()
    {
        var job = AnswerKey.Create("lstm") with { CheckpointEverySteps = 2 };
        var (first, second) = await StartAsync();
        SameState.Assert(AnswerKey.Of(job).State, (await TrainAsync(job, "first", _ => { }, first)).State);
        await ProblemAsync(second, "It cannot keep a copy of test");
        int port = first.Node.Address!.Value.Port;
        await first.Node.StopAsync(CancellationToken.None);
        await first.Node.DisposeAsync();
        await second.Events.NextAsync<RunNews>(news => news.Text.StartsWith("test waits for its newest state: step ", StringComparison.Ordinal));
        await ProblemAsync(second, "test waits for its newest state");

        List<TrainingEvent> told = [];
        TaskCompletionSource waits = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var training = TrainAsync(job, "again", happened =>
        {
            told.Add(happened);
            if (happened is ClusterNews { Text: var text } && text.StartsWith("The run does not go on yet: test waits", StringComparison.Ordinal))
                waits.TrySetResult();
        }, second);
        await waits.Task.WaitAsync(Limit);
        File.Delete(Path.Combine(second.Options.DataDirectory!, "runs"));
        await Cluster.StartAsync(NodeRoles.Coordinator, options => (options.Port, options.DataDirectory) = (port, first.Options.DataDirectory));
        var outcome = await training;
        Assert.True(outcome.IsComplete);
        SameState.Assert(AnswerKey.Of(job).State, outcome.State);
        Assert.Empty(told.OfType<StepDone>());
        await second.Events.NextAsync<RunNews>(news => news.Text == "test has its newest state again");
    }

    [Fact]
    public async Task Somebodys_word_lets_a_run_go_on_from_what_there_is()
    {
        var job = AnswerKey.Create("lstm") with { CheckpointEverySteps = 2 };
        var (first, second) = await StartAsync();
        await TrainAsync(job, "first", _ => { }, first);
        await first.Node.StopAsync(CancellationToken.None);
        await second.Events.NextAsync<RunNews>(news => news.Text.StartsWith("test waits for its newest state: step ", StringComparison.Ordinal));
        File.Delete(Path.Combine(second.Options.DataDirectory!, "runs"));
        await using var client = ClusterClient.Create(new ClientOptions([second.Node.Address!.Value]));
        var run = Assert.Single((await client.AskAsync<ClusterStatus>(new GetStatus(), Limit))!.Runs);
        Assert.Equal(("test", RunSummary.WaitingForState), (run.Name, run.State));
        var accepted = await client.AskAsync<LossAccepted>(new AcceptLoss(run.RunId), Limit);
        Assert.Equal(0, accepted!.Step);
        Assert.Null(await client.AskAsync<LossAccepted>(new AcceptLoss(run.RunId), TimeSpan.FromMilliseconds(300)));
        SameState.Assert(AnswerKey.Of(job).State, (await TrainAsync(job, "again", _ => { }, second)).State);
    }

    [Fact]
    public async Task A_worker_without_room_for_the_data_is_not_ready_and_the_coordinator_shows_why()
    {
        string data = Path.Combine(Folder, "data");
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "files"), "");
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        var full = await Cluster.StartAsync(NodeRoles.Worker, options => options.DataDirectory = data);
        TaskCompletionSource unable = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var training = TrainAsync(AnswerKey.Create("lstm"), "out", happened =>
        {
            if (happened is WorkersUnable) unable.TrySetResult();
        }, coordinator);
        await unable.Task.WaitAsync(Limit);
        await ProblemAsync(full, "It cannot take part in test: ");
        await using var client = ClusterClient.Create(new ClientOptions([coordinator.Node.Address!.Value]));
        var status = (await client.AskAsync<ClusterStatus>(new GetStatus(), Limit))!;
        Assert.NotNull(Assert.Single(status.Nodes, node => node.Node.Name == full.Name).Reason);
        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        await training;
    }

    /// <summary>A coordinator, a worker, and a standby with a file where the folder of its runs would be.</summary>
    private async Task<(TestNode First, TestNode Second)> StartAsync()
    {
        var first = await Cluster.StartAsync(NodeRoles.Coordinator);
        string data = Path.Combine(Folder, "second");
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "runs"), "");
        var second = await Cluster.StartAsync(NodeRoles.Coordinator, options => options.DataDirectory = data);
        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        await TestCluster.ReadyAsync(first, nodes: 1);
        await TestCluster.ReadyAsync(first, second);
        await ProblemAsync(second, null);
        return (first, second);
    }

    /// <summary>Waits until this is why the node is not ready: there may be another reason for a moment before.</summary>
    /// <param name="begins">What the reason begins with; null to wait until there is none.</param>
    private async Task ProblemAsync(TestNode node, string? begins)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var result = await node.Node.CheckAsync(NodeHealthCheck.Part, CancellationToken.None);
            string? problem = result.Status == HealthStatus.Unhealthy ? result.Description! : null;
            if (begins is null ? problem is null : problem?.StartsWith(begins, StringComparison.Ordinal) == true) return;
            Assert.False(limit.IsCancellationRequested, $"{problem ?? "It is ready"}, and not: {begins}; the nodes told {Cluster.Told()}");
            await Task.Delay(20);
        }
    }

    private async Task<TrainingOutcome> TrainAsync(TrainingJob job, string folder, Action<TrainingEvent> observe, TestNode contact)
    {
        var training = ClusterTraining.RunAsync(job, new RunIdentity("{}", "{}", "data"), new ClusterTrainingOptions
        {
            Cluster = new ClientOptions([contact.Node.Address!.Value]),
            Name = "test",
            AnswerTimeout = TestCluster.Patience,
            Folder = Path.Combine(Folder, folder),
            Datasets = Datasets,
            Observe = observe,
        });
        return await Cluster.EndAsync(training, []);
    }
}
