using System.Collections.Concurrent;
using RnnActors.Core.Checkpoints;
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

/// <summary>Two runs train at once on a cluster of this process, each held in mid-step until the spec lets it go on.</summary>
public sealed class SeveralRunsSpecs : ClusterSpecs
{
    private readonly Held _streams = new("streams", AnswerKey.Create("streams", epochs: 3) with { CheckpointEverySteps = 2 });
    private readonly Held _lstm = new("lstm", AnswerKey.Create("lstm", epochs: 3) with { CheckpointEverySteps = 2 });

    public override async Task DisposeAsync()
    {
        foreach (var run in (Held[])[_streams, _lstm]) run.Released.Set();
        await base.DisposeAsync();
        foreach (var run in (Held[])[_streams, _lstm]) run.Dispose();
    }

    [Fact]
    public async Task Both_have_the_bits_of_runs_that_train_alone_also_where_a_worker_is_lost()
    {
        var coordinator = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => (options.Runs, options.Workers) = (2, 1));
        var lost = await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 1);
        var worker = await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 2);
        await TestCluster.ReadyAsync(coordinator, coordinator, lost, worker);
        var (streams, lstm) = await TrainBothAsync(coordinator);

        await using var client = Client(coordinator);
        var third = TrainAsync(AnswerKey.Create("lstm"), "third", coordinator, _ => { });
        var waiting = await RunAsync(client, run => run.Name == "third" && run.Waits is not null);
        Assert.Matches("^It is number 1 in the queue: streams \\([0-9a-f]{8}\\), lstm \\([0-9a-f]{8}\\) train$", waiting.Waits);
        var status = await client.StatusAsync();
        Assert.Equal(["lstm", "streams"], status.Runs.Where(run => run.State == RunSummary.Running).Select(run => run.Name).Order());
        Assert.Contains(status.Nodes, node => node.Shards.Contains(" of streams", StringComparison.Ordinal));
        Assert.Contains(status.Nodes, node => node.Shards.Contains(" of lstm", StringComparison.Ordinal));

        var stopping = lost.Node.DisposeAsync();
        foreach (var run in (Held[])[_streams, _lstm]) run.Released.Set();
        await stopping;
        SameState.Assert(AnswerKey.Of(_streams.Job).State, (await Cluster.EndAsync(streams, _streams.Told)).State);
        SameState.Assert(AnswerKey.Of(_lstm.Job).State, (await Cluster.EndAsync(lstm, _lstm.Told)).State);
        SameState.Assert(AnswerKey.Of(AnswerKey.Create("lstm")).State, (await third.WaitAsync(Limit)).State);
    }

    [Fact]
    public async Task Where_the_coordinator_stops_the_next_one_goes_on_with_both()
    {
        var first = await Cluster.StartAsync(NodeRoles.Coordinator, options => options.Runs = 2);
        var second = await Cluster.StartAsync(NodeRoles.Coordinator, options => options.Runs = 2);
        var worker = await Cluster.StartAsync(NodeRoles.Worker, options => options.Workers = 2);
        await Cluster.JoinedAsync();
        await TestCluster.ReadyAsync(first, second, worker);
        var (streams, lstm) = await TrainBothAsync(first, second);

        var leaving = first.Node.StopAsync(CancellationToken.None);
        HashSet<string> handed = [];
        while (handed.Count < 2)
        {
            string news = (await first.Events.NextAsync<RunNews>(news => news.Text.Contains("handed over", StringComparison.Ordinal))).Text;
            handed.Add(news.Split(' ')[0]);
        }

        foreach (var run in (Held[])[_streams, _lstm]) run.Released.Set();
        await leaving;
        foreach (var (run, training) in new[] { (_streams, streams), (_lstm, lstm) })
        {
            var key = AnswerKey.Of(run.Job);
            var outcome = await Cluster.EndAsync(training, run.Told);
            Assert.True(outcome.IsComplete);
            SameState.Assert(key.State, outcome.State);
            Assert.All(AnswerKey.Untimed(run.Told.OfType<StepDone>()), step => Assert.Contains(step, key.Told));
        }
    }

    [Fact]
    public async Task Each_is_cancelled_fetched_and_deleted_by_itself_while_the_other_one_trains()
    {
        var node = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => (options.Runs, options.Workers) = (2, 1));
        await TestCluster.ReadyAsync(node, node);
        var (streams, lstm) = await TrainBothAsync(node);
        await using var client = Client(node);
        ConcurrentQueue<TrainingEvent> heard = [];
        var attached = client.AttachAsync(await client.FindRunAsync("lstm"), heard.Enqueue);

        var cancelling = client.CancelAsync(await client.FindRunAsync("streams"), "ann");
        await node.Events.NextAsync<RunNews>(news => news.Text == "streams is cancelled by ann");
        _streams.Released.Set();
        var over = await cancelling.WaitAsync(Limit);
        Assert.Equal("stopped", over.State);
        Assert.Equal("cancelled by ann", (await streams.WaitAsync(Limit)).Reason);
        Assert.Equal(over.Step, await client.FetchAsync(over, Path.Combine(Folder, "fetched")).WaitAsync(Limit));
        var (model, training) = (_streams.Job.Model, _streams.Job.Training);
        var fetched = TrainingCheckpoint.Restore(new CheckpointFolder(Path.Combine(Folder, "fetched")).Newest().Found!, model, training);
        Assert.Equal(TrainingCheckpoint.Hash(model.Layout, fetched.Parameters), over.Parameters);
        await client.DeleteAsync(over).WaitAsync(Limit);
        var left = Assert.Single((await client.StatusAsync()).Runs);
        Assert.Equal(("lstm", RunSummary.Running), (left.Name, left.State));

        _lstm.Released.Set();
        SameState.Assert(AnswerKey.Of(_lstm.Job).State, (await Cluster.EndAsync(lstm, _lstm.Told)).State);
        Assert.Equal(RunEnding.Complete, (await attached.WaitAsync(Limit)).Ending);
        Assert.NotEmpty(heard.OfType<StepDone>());
        List<RunLogLine> log = [];
        await foreach (var line in client.ReadLogAsync(await client.FindRunAsync("lstm"))) log.Add(line);
        Assert.Contains(log, line => line.Kind == nameof(CheckpointSaved));
    }

    /// <summary>Both train, and are in the middle of a step.</summary>
    private async Task<(Task<TrainingOutcome> Streams, Task<TrainingOutcome> Lstm)> TrainBothAsync(params TestNode[] contacts)
    {
        var streams = TrainAsync(_streams, contacts);
        await _streams.Reached.WaitAsync();
        var lstm = TrainAsync(_lstm, contacts);
        await _lstm.Reached.WaitAsync();
        return (streams, lstm);
    }

    private static async Task<RunSummary> RunAsync(ClusterClient client, Predicate<RunSummary> isWanted)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            if (Array.Find((await client.StatusAsync(limit.Token)).Runs, isWanted) is { } found) return found;
            await Task.Delay(20, limit.Token);
        }
    }

    private static ClusterClient Client(TestNode node) => TestCluster.Patiently(ClusterClient.Create(new ClientOptions([node.Node.Address!.Value])));

    private Task<TrainingOutcome> TrainAsync(Held run, TestNode[] contacts) => ClusterTraining.RunAsync(
        run.Job with { Data = run.Data }, new RunIdentity("{}", "{}", "data"), Options(run.Name, run.Told.Enqueue, contacts));

    private Task<TrainingOutcome> TrainAsync(TrainingJob job, string name, TestNode contact, Action<TrainingEvent> observe) =>
        ClusterTraining.RunAsync(job, new RunIdentity("{}", "{}", "data"), Options(name, observe, [contact]));

    private ClusterTrainingOptions Options(string name, Action<TrainingEvent> observe, TestNode[] contacts) => new()
    {
        Cluster = new ClientOptions([.. contacts.Select(node => node.Node.Address!.Value)]),
        Name = name,
        AnswerTimeout = TestCluster.Patience,
        Folder = Path.Combine(Folder, name),
        Datasets = Datasets,
        Observe = observe,
    };

    /// <summary>A run that is held where its data are read for the fifth time, by whoever reads: a shard that takes long is given to another worker.</summary>
    private sealed class Held : IDisposable
    {
        public Held(string name, TrainingJob job)
        {
            (Name, Job) = (name, job);
            Data = new ObservedDataset(job.Data, (read, _) =>
            {
                if (read < 5) return false;
                Reached.Set();
                Released.Wait();
                return false;
            });
        }

        public string Name { get; }

        public TrainingJob Job { get; }

        public ObservedDataset Data { get; }

        public Gate Reached { get; } = new();

        public Gate Released { get; } = new();

        public ConcurrentQueue<TrainingEvent> Told { get; } = [];

        public void Dispose()
        {
            Reached.Dispose();
            Released.Dispose();
        }
    }
}
