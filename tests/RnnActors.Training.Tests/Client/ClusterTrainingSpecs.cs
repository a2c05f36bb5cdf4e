using System.Collections.Concurrent;
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

/// <summary>Nodes with actor systems of their own in this process, joined by remoting and tensor
/// channels over loopback: they train to the bits of the one-thread trainer.</summary>
public sealed class ClusterTrainingSpecs : ClusterSpecs
{
    private readonly List<TrainingEvent> _told = [];

    [Theory]
    [InlineData("lstm", 1)]
    [InlineData("streams", 2)]
    [InlineData("averaged", 2)]
    [InlineData("segments", 3)]
    public async Task Any_number_of_nodes_ends_with_the_bits_of_one_thread(string kind, int nodes)
    {
        var job = AnswerKey.Create(kind) with { CheckpointEverySteps = 2 };
        var key = AnswerKey.Of(job);
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        for (int i = 0; i < nodes; i++) await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1 + (i % 2));
        var outcome = await TrainAsync(job, coordinator);
        Assert.True(outcome.IsComplete);
        SameState.Assert(key.State, outcome.State);
        Assert.Equal(key.Told, AnswerKey.Untimed(_told.Where(happened => happened is StepDone or EpochDone)));
    }

    [Theory]
    [InlineData("streams", 1)]
    [InlineData("streams", 3)]
    public async Task Run_after_run_on_the_same_nodes_ends_with_the_bits_of_one_thread(string kind, int workers)
    {
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = workers);
        for (ulong seed = 1; seed <= 10; seed++)
        {
            var job = AnswerKey.Create(kind, epochs: 3);
            job = job with { Training = job.Training with { Seed = seed }, CheckpointEverySteps = 1 };
            var key = AnswerKey.Of(job);
            _told.Clear();
            var outcome = await TrainAsync(job, coordinator);
            Assert.Equal(key.Told, AnswerKey.Untimed(_told.Where(happened => happened is StepDone or EpochDone)));
            SameState.Assert(key.State, outcome.State);
        }
    }

    [Fact]
    public async Task A_node_that_is_lost_in_mid_step_and_one_that_comes_change_no_bit()
    {
        var job = AnswerKey.Create("streams");
        var key = AnswerKey.Of(job);
        using Gate reached = new(), lost = new();
        var observed = new ObservedDataset(job.Data, (read, _) =>
        {
            if (read != 7) return false;
            reached.Set();
            lost.Wait();
            return false;
        });
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        var worker = await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        var training = TrainAsync(job with { Data = observed }, coordinator);
        await reached.WaitAsync();
        var comes = await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 2);
        await TestCluster.ReadyAsync(coordinator, comes);
        var stopping = worker.Node.DisposeAsync();
        lost.Set();
        await stopping;
        var outcome = await training;
        SameState.Assert(key.State, outcome.State);
        Assert.Contains(_told, happened => happened is WorkersLost);
        Assert.Equal(2, _told.OfType<WorkersJoined>().DistinctBy(joined => joined.Node).Count());
    }

    [Fact]
    public async Task A_client_is_told_what_its_run_waits_for()
    {
        var job = AnswerKey.Create("lstm");
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        await TestCluster.ReadyAsync(coordinator, coordinator); // else it may be told first that nobody answers yet
        TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously),
            second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var training = TrainAsync(job, happened => Tell(first, happened), coordinator);
        Assert.Equal("The run waits: the cluster has no workers", await first.Task.WaitAsync(Limit));
        var other = TrainAsync(job with { Training = job.Training with { Seed = 77 } }, happened => Tell(second, happened), coordinator);
        Assert.Matches("^The run waits: test \\([0-9a-f]{8}\\) trains before it$", await second.Task.WaitAsync(Limit));
        await using (var client = TestCluster.Patiently(ClusterClient.Create(new ClientOptions([coordinator.Node.Address!.Value]))))
        {
            var waiting = Assert.Single((await client.StatusAsync()).Runs, run => run.State == RunSummary.Waiting);
            Assert.Matches("^It is number 1 in the queue: test \\([0-9a-f]{8}\\) trains$", waiting.Waits);
        }

        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        SameState.Assert(AnswerKey.Of(job).State, (await training).State);
        Assert.True((await other).IsComplete);

        static void Tell(TaskCompletionSource<string> told, TrainingEvent happened)
        {
            if (happened is ClusterNews news) told.TrySetResult(news.Text);
        }
    }

    [Fact]
    public async Task A_coordinator_and_workers_in_one_process_need_no_channel()
    {
        var job = AnswerKey.Create("lstm");
        var key = AnswerKey.Of(job);
        var node = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => options.Workers = 2);
        SameState.Assert(key.State, (await TrainAsync(job, node)).State);
        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        var longer = AnswerKey.Create("lstm", epochs: 3);
        SameState.Assert(AnswerKey.Of(longer).State, (await TrainAsync(longer, node)).State);
    }

    [Fact]
    public async Task The_coordinator_leaves_and_a_candidate_goes_on_from_its_copy()
    {
        var job = AnswerKey.Create("streams", epochs: 3) with { CheckpointEverySteps = 1 };
        var key = AnswerKey.Of(job);
        using Gate reached = new(), moved = new();
        var observed = new ObservedDataset(job.Data, (read, _) =>
        {
            if (read != 9) return false;
            reached.Set();
            moved.Wait();
            return false;
        });
        var first = await Cluster.StartAsync(NodeRoles.Coordinator);
        var second = await Cluster.StartAsync(NodeRoles.Coordinator);
        var worker = await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        await Cluster.JoinedAsync();
        await TestCluster.ReadyAsync(first, second, worker);
        var training = TrainAsync(job with { Data = observed }, first, second);
        await reached.WaitAsync();
        var leaving = first.Node.StopAsync(CancellationToken.None);
        await first.Events.NextAsync<RunNews>(news => news.Text.Contains("handed over", StringComparison.Ordinal));
        moved.Set();
        await leaving;
        var outcome = await training;
        Assert.True(outcome.IsComplete);
        Assert.All(AnswerKey.Untimed(_told.OfType<StepDone>()), step => Assert.Contains(step, key.Told));
        SameState.Assert(key.State, outcome.State);
        Assert.Contains(_told, happened => happened is ClusterNews);
    }

    [Fact]
    public async Task A_node_without_room_for_the_data_is_told_of_and_the_others_train()
    {
        var job = AnswerKey.Create("lstm");
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        string data = Path.Combine(Folder, "data");
        Directory.CreateDirectory(data);
        await File.WriteAllTextAsync(Path.Combine(data, "files"), "");
        var full = await Cluster.StartAsync(NodeRoles.Worker, options => options.DataDirectory = data);
        TaskCompletionSource<WorkersUnable> told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var training = TrainAsync(job, happened =>
        {
            if (happened is WorkersUnable unable) told.TrySetResult(unable);
        }, coordinator);
        Assert.Equal(full.Name, (await told.Task.WaitAsync(Limit)).Node);
        await full.Events.NextAsync<RunNews>(news => news.Text.StartsWith("This node cannot take part in test: ", StringComparison.Ordinal));
        await coordinator.Events.NextAsync<RunNews>(news => news.Text.StartsWith($"{full.Name} cannot take part in test: ", StringComparison.Ordinal));
        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        SameState.Assert(AnswerKey.Of(job).State, (await training).State);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_costs_checkpoints_and_not_the_training()
    {
        var job = AnswerKey.Create("lstm") with { CheckpointEverySteps = 1 };
        var key = AnswerKey.Of(job);
        string data = Path.Combine(Folder, "data");
        var node = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => (options.Workers, options.DataDirectory) = (1, data));
        Directory.CreateDirectory(data);

        // A file in the place of the folder of runs: nobody, however privileged, can make folders in it.
        await File.WriteAllTextAsync(Path.Combine(data, "runs"), "");
        await Assert.ThrowsAsync<TrainingFailedException>(() => TrainAsync(job, node));
        Assert.NotEmpty(_told.OfType<CheckpointNotSaved>());
        Assert.Equal(key.Told, AnswerKey.Untimed(_told.Where(happened => happened is StepDone or EpochDone)));
    }

    private Task<TrainingOutcome> TrainAsync(TrainingJob job, params TestNode[] contacts) => TrainAsync(job, _told.Add, contacts);

    private async Task<TrainingOutcome> TrainAsync(TrainingJob job, Action<TrainingEvent> observe, params TestNode[] contacts)
    {
        ConcurrentQueue<TrainingEvent> observed = [];
        var training = ClusterTraining.RunAsync(job, new RunIdentity("{}", "{}", "data"), new ClusterTrainingOptions
        {
            Cluster = new ClientOptions([.. contacts.Select(node => node.Node.Address!.Value)]),
            Name = "test",
            AnswerTimeout = TestCluster.Patience,
            Folder = Folder,
            Datasets = Datasets,
            Observe = happened =>
            {
                observed.Enqueue(happened);
                observe(happened);
            },
        });
        return await Cluster.EndAsync(training, observed);
    }
}
