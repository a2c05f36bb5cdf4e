using System.Collections.Concurrent;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Tests.Hosting;
using Xunit;

namespace RnnActors.Training.Tests.Client;

/// <summary>
/// Networks as the kinds of task have them, on a cluster of which a worker dies and the coordinator leaves: rows of any length, pooling, alignment, attention,
/// averaged parameters.
/// </summary>
public sealed class ClusterTaskSpecs : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DatasetFile _datasets = new([new MemoryFormat()]);
    private readonly TestCluster _cluster;
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly ConcurrentQueue<TrainingEvent> _told = [];

    public ClusterTaskSpecs() => _cluster = new TestCluster(TrainingActors.Create(_datasets));

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <param name="kind">As classification, tagging, translation, transcription and a language model in AWD-LSTM's way train it.</param>
    [Theory]
    [InlineData("sentences")]
    [InlineData("ragged")]
    [InlineData("attention")]
    [InlineData("ctc")]
    [InlineData("averaged")]
    public async Task A_worker_that_dies_and_a_coordinator_that_leaves_change_no_bit(string kind)
    {
        const int dies = 4, leaves = 18;
        var job = AnswerKey.Create(kind, epochs: 10) with { CheckpointEverySteps = 1 };
        var key = AnswerKey.Of(job);
        Assert.InRange(key.State.Progress.Step, leaves + 8, long.MaxValue);
        using Gate dying = new(), dead = new(), leaving = new(), left = new();
        var observed = new ObservedDataset(job.Data, (read, _) =>
        {
            if (read == dies)
            {
                dying.Set();
                dead.Wait();
            }
            else if (read >= leaves)
            {
                leaving.Set();
                left.Wait();
            }

            return false;
        });
        var first = await _cluster.StartAsync(NodeRoles.Coordinator);
        var second = await _cluster.StartAsync(NodeRoles.Coordinator);
        var worker = await _cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        await _cluster.JoinedAsync();
        await TestCluster.ReadyAsync(first, second, worker);
        var training = TrainAsync(job with { Data = observed }, first, second);
        await dying.WaitAsync();
        var death = worker.Node.DisposeAsync();
        await _cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 2);
        dead.Set();
        await death;
        await leaving.WaitAsync();
        var leave = first.Node.StopAsync(CancellationToken.None);
        await first.Events.NextAsync<RunNews>(news => news.Text.Contains("handed over", StringComparison.Ordinal));
        left.Set();
        await leave;
        var outcome = await training;
        Assert.True(outcome.IsComplete);
        SameState.Assert(key.State, outcome.State);
        Assert.Contains(_told, happened => happened is WorkersLost);
        Assert.All(AnswerKey.Untimed(_told.OfType<StepDone>()), step => Assert.Contains(step, key.Told));
    }

    private async Task<TrainingOutcome> TrainAsync(TrainingJob job, params TestNode[] contacts)
    {
        var training = ClusterTraining.RunAsync(job, new RunIdentity("{}", "{}", "data"), new ClusterTrainingOptions
        {
            Cluster = new ClientOptions([.. contacts.Select(node => node.Node.Address!.Value)]),
            Name = "test",
            Folder = _folder,
            Datasets = _datasets,
            Observe = _told.Enqueue,
        });
        try
        {
            return await training.WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The run has not ended, and told {string.Join("; ", _told)}; the nodes told {_cluster.Told()}");
        }
    }
}
