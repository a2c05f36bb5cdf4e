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

/// <summary>Nodes that run out of memory: they are set aside, asked for less, and end no run that others can finish.</summary>
public sealed class MemorySpecs : ClusterSpecs
{
    private readonly List<TrainingEvent> _told = [];

    [Fact]
    public async Task A_node_that_has_no_memory_is_set_aside_with_its_reason_and_the_others_finish_the_run()
    {
        var job = AnswerKey.Create("lstm");
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        var small = await StartShortAsync(workers: 2, rows: 0);
        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        await TestCluster.ReadyAsync(coordinator, nodes: 2);
        SameState.Assert(AnswerKey.Of(job).State, (await TrainAsync(job, coordinator)).State);
        var reason = _told.OfType<WorkersUnable>().First();
        Assert.Equal((small.Name, "it ran out of memory"), (reason.Node, reason.Reason));
        await small.Events.NextAsync<RunNews>(news =>
            news.Text.StartsWith("This node cannot take part in test: it ran out of memory", StringComparison.Ordinal));
        await coordinator.Events.NextAsync<RunNews>(news => news.Text == $"{small.Name} cannot take part in test: it ran out of memory");
    }

    [Fact]
    public async Task A_node_whose_memory_is_too_small_for_all_its_threads_takes_part_with_fewer_and_smaller_rounds()
    {
        // The memory of two rows at a time, of batches of eight in five shards: one thread in small rounds.
        var job = AnswerKey.Create("lstm");
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        var small = await StartShortAsync(workers: 2, rows: 2);
        SameState.Assert(AnswerKey.Of(job).State, (await TrainAsync(job, coordinator)).State);
        Assert.Equal([2, 1, 1], _told.OfType<WorkersJoined>().Select(joined => joined.Workers));
        Assert.Contains(_told, told => told is WorkersUnable);
        await coordinator.Events.NextAsync<RunNews>(news => news.Text.StartsWith($"{small.Name} takes part in test after all", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_no_node_has_the_memory_for_ends_with_that_reason()
    {
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        await StartShortAsync(workers: 1, rows: 0);
        await StartShortAsync(workers: 1, rows: 0);
        var failed = await Assert.ThrowsAsync<TrainingFailedException>(() => TrainAsync(AnswerKey.Create("lstm"), coordinator));
        Assert.Contains("no node has enough memory", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_coordinator_whose_own_workers_have_no_memory_leaves_the_run_to_others()
    {
        var job = AnswerKey.Create("lstm");
        var coordinator = await StartShortAsync(workers: 2, rows: 0, NodeRoles.Coordinator | NodeRoles.Worker);
        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        await TestCluster.ReadyAsync(coordinator, nodes: 2); // for one that comes the run waits some seconds only
        SameState.Assert(AnswerKey.Of(job).State, (await TrainAsync(job, coordinator)).State);
    }

    [Fact]
    public async Task A_node_is_refused_by_what_a_run_needs_at_least_before_it_tries_and_the_status_has_the_reason()
    {
        var job = AnswerKey.Create("lstm");
        Assert.Null(new MemoryPlan(4).Fitting(job, 1000, isRemote: true));
        Assert.Equal(new MemoryPlan(4), new MemoryPlan(4).Fitting(job, long.MaxValue, isRemote: true));
        long max = new MemoryPlan(1, InSmallRounds: true).MinBytes(job, isRemote: true);
        Assert.Equal(new MemoryPlan(1, InSmallRounds: true), new MemoryPlan(4).Fitting(job, max, isRemote: true));
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator);
        var small = await Cluster.StartAsync(NodeRoles.Worker, null, OfNode(_ => throw new InsufficientMemoryException()));
        using var seen = new Gate();
        await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1, OfNode(data => new ObservedDataset(data, (_, _) =>
        {
            seen.Wait(); // without it the run would be over in a moment, and without a node in some seconds
            return false;
        })));
        await TestCluster.ReadyAsync(coordinator, nodes: 2);
        var training = TrainAsync(job, coordinator);
        await coordinator.Events.NextAsync<RunNews>(news => news.Text.StartsWith($"{small.Name} cannot take part", StringComparison.Ordinal));
        await using (var client = ClusterClient.Create(new ClientOptions([coordinator.Node.Address!.Value])))
        {
            var node = Assert.Single((await client.AskAsync<ClusterStatus>(new GetStatus(), Limit, default))!.Nodes, node => node.Node.Name == small.Name);
            Assert.Equal((NodeStatus.Unable, "it ran out of memory"), (node.State, node.Reason));
        }

        seen.Set();
        SameState.Assert(AnswerKey.Of(job).State, (await training).State);
    }

    /// <param name="rows">As many can be read at once; more are more than the node has memory for.</param>
    private Task<TestNode> StartShortAsync(int workers, int rows, NodeRoles role = NodeRoles.Worker) => Cluster.StartAsync(
        role, options => options.Workers = workers, OfNode(data => new ObservedDataset(
            data, (_, read) => read.Length > rows ? throw new InsufficientMemoryException() : false)));

    private NodeActors OfNode(Func<Core.Sequences.SequenceDataset, Core.Sequences.SequenceDataset> own) =>
        TrainingActors.Create(new DatasetFile([new NodeFormat(Format, own)]));

    private Task<TrainingOutcome> TrainAsync(TrainingJob job, TestNode contact) => Cluster.EndAsync(ClusterTraining.RunAsync(
        job, new RunIdentity("{}", "{}", "data"), new ClusterTrainingOptions
        {
            Cluster = new ClientOptions([contact.Node.Address!.Value]),
            Name = "test",
            AnswerTimeout = TestCluster.Patience,
            Folder = Folder,
            Datasets = new DatasetFile([Format]),
            Observe = _told.Add,
        }), _told);
}
