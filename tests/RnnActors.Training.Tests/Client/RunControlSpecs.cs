using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;
using RnnActors.Training.Tests.Hosting;
using Xunit;

namespace RnnActors.Training.Tests.Client;

/// <summary>People command runs and nodes of a cluster of this process by their names.</summary>
public sealed class RunControlSpecs : ClusterSpecs
{
    private readonly Gate _reached = new(), _released = new();

    public override async Task DisposeAsync()
    {
        _released.Set();
        await base.DisposeAsync();
        _reached.Dispose();
        _released.Dispose();
    }

    [Fact]
    public async Task Who_detaches_ends_nothing_and_who_follows_learns_who_cancelled_the_run()
    {
        var node = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => options.Workers = 1);
        // Only the cancellation can end it: it is still on its way when the data are let go.
        var job = AnswerKey.Create("streams", epochs: 1_000_000) with { CheckpointEverySteps = 1 };
        job = job with { Data = Held(job.Data, at: 9) };
        var first = TrainAsync(job, node, "first");
        await _reached.WaitAsync();
        using var leaving = new CancellationTokenSource();
        TaskCompletionSource<string> taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = TrainAsync(job, node, "second", taken.SetResult, cancellation: leaving.Token);
        string runId = await taken.Task.WaitAsync(Limit);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Limit));

        await using var client = Client(node);
        var run = await client.FindRunAsync(runId[..8]);
        Assert.Equal((runId, RunSummary.Running, ClusterClient.Me), (run.RunId, run.State, run.Owner));
        Assert.Equal(run.Number, (await client.FindRunAsync("test")).Number);
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => client.DeleteAsync(run));
        Assert.Contains("Cancel it first", refused.Message, StringComparison.Ordinal);
        var attached = client.AttachAsync(run, _ => { });
        var cancelling = client.CancelAsync(run, "ann");
        _released.Set();
        var over = await cancelling.WaitAsync(Limit);
        var outcome = await first.WaitAsync(Limit);
        Assert.Equal((false, "cancelled by ann"), (outcome.IsComplete, outcome.Reason));
        var ended = await attached.WaitAsync(Limit);
        Assert.Equal((RunEnding.Stopped, "cancelled by ann"), (ended.Ending, ended.Message));
        Assert.Equal(("stopped", outcome.State.Progress.Step), (over.State, over.Step));
        Assert.Equal(TrainingCheckpoint.Hash(job.Model.Layout, outcome.State.Parameters), over.Parameters);

        Assert.Equal(over.Step, await client.FetchAsync(over, Path.Combine(Folder, "fetched")).WaitAsync(Limit));
        var fetched = new CheckpointFolder(Path.Combine(Folder, "fetched")).Newest().Found!;
        SameState.Assert(outcome.State, TrainingCheckpoint.Restore(fetched, job.Model, job.Training));
        List<RunLogLine> log = [];
        await foreach (var line in client.ReadLogAsync(over)) log.Add(line);
        var told = log.SelectMany(line => EventFormat.Decode(new RunEvent(runId, line.Kind, line.Event))).ToArray();
        Assert.Contains(told, happened => happened is CheckpointSaved saved && saved.Step == over.Step);
        Assert.Contains("cancelled by ann", told[^1].ToString(), StringComparison.Ordinal);

        await client.DeleteAsync(over);
        Assert.Empty((await client.StatusAsync()).Runs);
        await Assert.ThrowsAsync<InvalidInputException>(() => client.FindRunAsync(runId));
    }

    [Fact]
    public async Task A_drained_node_takes_no_work_until_it_is_told_to_and_no_bit_changes()
    {
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => options.Workers = 1);
        var worker = await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        await using var client = Client(coordinator);
        await TestCluster.ReadyAsync(coordinator, nodes: 2);
        await Task.WhenAll(client.DrainAsync(worker.Name), client.DrainAsync(coordinator.Name)).WaitAsync(Limit);
        Assert.All((await client.StatusAsync()).Nodes, node => Assert.Equal((NodeStatus.Drained, 0), (node.State, node.Node.Workers)));
        var job = AnswerKey.Create("lstm") with { CheckpointEverySteps = 2 };
        List<TrainingEvent> told = [];
        var training = TrainAsync(job, coordinator, "drained", observe: told.Add);
        await client.DrainAsync(worker.Name, isDrained: false).WaitAsync(Limit);
        SameState.Assert(AnswerKey.Of(job).State, (await training.WaitAsync(Limit)).State);
        Assert.All(told.OfType<WorkersJoined>(), joined => Assert.Equal(worker.Name, joined.Node));
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => client.DrainAsync("nobody:1"));
        Assert.Contains("no such node", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_drained_in_mid_run_hands_over()
    {
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => options.Workers = 1);
        var job = AnswerKey.Create("streams", epochs: 3);
        var held = job with { Data = Held(job.Data, at: 9) };
        await TestCluster.ReadyAsync(coordinator, coordinator);
        var training = TrainAsync(held, coordinator, "handed-over");
        await _reached.WaitAsync();
        await using var client = Client(coordinator);
        await client.DrainAsync(coordinator.Name).WaitAsync(Limit);
        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        _released.Set();
        SameState.Assert(AnswerKey.Of(job).State, (await training.WaitAsync(Limit)).State);
    }

    private static ClusterClient Client(TestNode node) => TestCluster.Patiently(ClusterClient.Create(new ClientOptions([node.Node.Address!.Value])));

    private ObservedDataset Held(Core.Sequences.SequenceDataset data, int at) => new(data, (read, _) =>
    {
        if (read != at) return false;
        _reached.Set();
        _released.Wait();
        return false;
    });

    private Task<TrainingOutcome> TrainAsync(
        TrainingJob job, TestNode node, string folder, Action<string>? taken = null, Action<TrainingEvent>? observe = null,
        CancellationToken cancellation = default) =>
        ClusterTraining.RunAsync(
            job, new RunIdentity("{}", "{}", "data"),
            new ClusterTrainingOptions
            {
                Cluster = new ClientOptions([node.Node.Address!.Value]),
                Name = "test",
                AnswerTimeout = TestCluster.Patience,
                Folder = Path.Combine(Folder, folder),
                Datasets = Datasets,
                Taken = taken ?? (_ => { }),
                Observe = observe ?? (_ => { }),
            },
            cancellation);
}
