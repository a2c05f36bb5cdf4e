using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Hosting;
using RnnActors.Training.Tests.Hosting;
using Xunit;

namespace RnnActors.Training.Tests.Client;

/// <summary>Nodes with actor systems of their own in this process, joined by remoting and tensor channels over loopback: they train to the bits of the one-thread trainer.</summary>
public sealed class ClusterTrainingSpecs : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DatasetFile _datasets = new([new MemoryFormat()]);
    private readonly TestCluster _cluster;
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly List<TrainingEvent> _told = [];

    public ClusterTrainingSpecs() => _cluster = new TestCluster(TrainingActors.Create(_datasets));

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("lstm", 1)]
    [InlineData("streams", 2)]
    [InlineData("segments", 3)]
    public async Task Any_number_of_nodes_ends_with_the_bits_of_one_thread(string kind, int nodes)
    {
        var job = AnswerKey.Create(kind) with { CheckpointEverySteps = 2 };
        var key = AnswerKey.Of(job);
        var coordinator = await _cluster.StartAsync(NodeRoles.Coordinator);
        for (int i = 0; i < nodes; i++) await _cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1 + (i % 2));
        var outcome = await TrainAsync(job, coordinator);
        Assert.True(outcome.IsComplete);
        SameState.Assert(key.State, outcome.State);
        Assert.Equal(key.Told, _told.Where(happened => happened is StepDone or EpochDone));
    }

    private Task<TrainingOutcome> TrainAsync(TrainingJob job, params TestNode[] contacts) => ClusterTraining.RunAsync(
        job, new RunIdentity("{}", "{}", "data"), new ClusterTrainingOptions
        {
            Cluster = new ClientOptions([.. contacts.Select(node => node.Node.Address!.Value)]),
            Name = "test",
            Folder = _folder,
            Datasets = _datasets,
            Observe = _told.Add,
        }).WaitAsync(Limit);
}
