using System.Collections.Concurrent;
using RnnActors.Core.Sequences;
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
public sealed class ClusterTaskSpecs : ClusterSpecs
{
    private readonly ConcurrentQueue<TrainingEvent> _told = [];

    /// <param name="kind">As classification, tagging, translation, transcription and a language model in AWD-LSTM's way train it.</param>
    [Theory]
    [InlineData("sentences")]
    [InlineData("ragged")]
    [InlineData("attention")]
    [InlineData("ctc")]
    [InlineData("averaged")]
    public async Task A_worker_that_dies_and_a_coordinator_that_leaves_change_no_bit(string kind)
    {
        const int dies = 4, leaves = 10;
        var job = AnswerKey.Create(kind, epochs: 10) with { CheckpointEverySteps = 1 };
        var key = AnswerKey.Of(job);
        Assert.InRange(key.State.Progress.Step, dies + leaves + 8, long.MaxValue);
        using Gate dying = new(), dead = new(), leaving = new(), left = new();
        var first = await Cluster.StartAsync(NodeRoles.Coordinator);
        var second = await Cluster.StartAsync(NodeRoles.Coordinator);
        var worker = await StartHeldAsync(workers: 1, job.Data, dies, dying, dead);
        await Cluster.JoinedAsync();
        await TestCluster.ReadyAsync(first, second, worker);
        var training = TrainAsync(job, first, second);
        await dying.WaitAsync();

        // The other one has come before: whom the dying one let in, nobody else might know.
        var stays = await StartHeldAsync(workers: 2, job.Data, leaves, leaving, left);
        await TestCluster.ReadyAsync(first, stays);
        var death = worker.Node.DisposeAsync();
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

    /// <summary>A worker that waits from one of its reads of some data on.</summary>
    private Task<TestNode> StartHeldAsync(int workers, SequenceDataset of, int from, Gate reached, Gate released)
    {
        SequenceDataset Own(SequenceDataset data) => data != of ? data : new ObservedDataset(data, (read, _) =>
        {
            if (read < from) return false;
            reached.Set();
            released.Wait();
            return false;
        });
        return Cluster.StartAsync(
            NodeRoles.Worker, options => options.Workers = workers, TrainingActors.Create(new DatasetFile([new NodeFormat(Format, Own)])));
    }


    private Task<TrainingOutcome> TrainAsync(TrainingJob job, params TestNode[] contacts) => Cluster.EndAsync(
        ClusterTraining.RunAsync(job, new RunIdentity("{}", "{}", "data"), new ClusterTrainingOptions
        {
            Cluster = new ClientOptions([.. contacts.Select(node => node.Node.Address!.Value)]),
            Name = "test",
            AnswerTimeout = TestCluster.Patience,
            Folder = Folder,
            Datasets = Datasets,
            Observe = _told.Enqueue,
        }), _told);
}
