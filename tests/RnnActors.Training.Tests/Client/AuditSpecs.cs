using RnnActors.Core.Sequences;
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

/// <summary>A node that computes wrongly now and then, among others that audit it.</summary>
public sealed class AuditSpecs : ClusterSpecs
{
    private readonly List<TrainingEvent> _told = [];

    [Theory]
    [InlineData("lstm")]
    [InlineData("streams")]
    public async Task A_node_that_computes_wrongly_is_named_by_a_third_opinion_and_shut_out_and_the_bits_are_those_without_it(string kind)
    {
        var job = AnswerKey.Create(kind, epochs: 8);
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator, options => options.Audit = 1);
        for (int i = 0; i < 2; i++) await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        var wrong = await StartWrongAsync();
        await TestCluster.ReadyAsync(coordinator, nodes: 3);
        var training = TrainAsync(job, coordinator);
        await wrong.Events.NextAsync<RunNews>(news =>
            news.Text.StartsWith("The coordinator refuses this node: it computed other bits", StringComparison.Ordinal));
        await coordinator.Events.NextAsync<RunNews>(news => news.Text.StartsWith($"{wrong.Name} is shut out: ", StringComparison.Ordinal));
        await using (var client = ClusterClient.Create(new ClientOptions([coordinator.Node.Address!.Value])))
        {
            var node = Assert.Single((await client.AskAsync<ClusterStatus>(new GetStatus(), Limit, default))!.Nodes, node => node.Node.Name == wrong.Name);
            Assert.Equal(NodeStatus.ShutOut, node.State);
            Assert.StartsWith("it computed other bits than two other nodes in step ", node.Reason, StringComparison.Ordinal);
        }

        SameState.Assert(AnswerKey.Of(job).State, (await training).State);
        Assert.Equal(wrong.Name, Assert.Single(_told.OfType<NodeShutOut>()).Node);
    }

    [Fact]
    public async Task Two_nodes_that_differ_end_the_run_before_the_update_and_both_are_named()
    {
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator, options => options.Audit = 1);
        var right = await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        var wrong = await StartWrongAsync();
        await TestCluster.ReadyAsync(coordinator, nodes: 2);
        var failed = await Assert.ThrowsAsync<TrainingFailedException>(() => TrainAsync(AnswerKey.Create("lstm", epochs: 200), coordinator));
        Assert.Contains(right.Name, failed.Message, StringComparison.Ordinal);
        Assert.Contains(wrong.Name, failed.Message, StringComparison.Ordinal);
        Assert.Contains("no other node to tell", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("streams", 1.0)]
    [InlineData("segments", 0.5)]
    [InlineData("embedding", null)]
    public async Task Audits_of_nodes_that_compute_rightly_change_no_bit(string kind, double? share)
    {
        var job = AnswerKey.Create(kind);
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => (options.Audit, options.Workers) = (share, 2));
        for (int i = 0; i < 2; i++) await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1 + i);
        await TestCluster.ReadyAsync(coordinator, nodes: 3); // a short run would be over before the last one has come
        SameState.Assert(AnswerKey.Of(job).State, (await TrainAsync(job, coordinator)).State);
        Assert.Empty(_told.OfType<NodeShutOut>());
    }

    /// <summary>A node that changes one value of every third batch that it reads.</summary>
    private Task<TestNode> StartWrongAsync() => Cluster.StartAsync(
        NodeRoles.Worker, options => options.Workers = 1, TrainingActors.Create(new DatasetFile([new NodeFormat(Format, data => new WrongDataset(data))])));

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

    private sealed class WrongDataset(SequenceDataset inner) : SequenceDataset
    {
        private int _reads;

        public override int Rows => inner.Rows;

        public override int Steps => inner.Steps;

        public override Shape Input => inner.Input;

        public override TargetShape Target => inner.Target;

        public override int Streams => inner.Streams;

        public override void Read(ReadOnlySpan<int> rows, Batch batch)
        {
            inner.Read(rows, batch);
            if (++_reads % 3 != 0) return;
            if (Input.IsTokens) batch.Tokens[0] ^= 1;
            else batch.Inputs[0] += 0.001f;
        }
    }
}
