using RnnActors.Core.Training;
using RnnActors.Training.Hosting;
using RnnActors.Training.Tests.Hosting;
using Xunit;

namespace RnnActors.Training.Tests.Client;

/// <summary>Specs of a cluster that trains: its nodes live in this process, and end with the spec.</summary>
public abstract class ClusterSpecs : IAsyncLifetime
{
    private protected static readonly TimeSpan Limit = TestCluster.Patience;

    private protected ClusterSpecs()
    {
        Datasets = new DatasetFile([Format]);
        Cluster = new TestCluster(TrainingActors.Create(Datasets));
    }

    private protected MemoryFormat Format { get; } = new();

    private protected DatasetFile Datasets { get; }

    private protected TestCluster Cluster { get; }

    private protected string Folder { get; } = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
