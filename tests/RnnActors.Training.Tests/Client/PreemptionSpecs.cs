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

/// <summary>A run of higher priority interrupts the one that trains, on a cluster of this process.</summary>
public sealed class PreemptionSpecs : ClusterSpecs
{
    private readonly Gate _longReached = new(), _longReleased = new(), _urgentReached = new(), _urgentReleased = new();

    /// <summary>Only its end and its pause save it.</summary>
    private readonly TrainingJob _long = AnswerKey.Create("streams", epochs: 3) with { CheckpointEverySteps = 1000 };
    private readonly TrainingJob _urgent = AnswerKey.Create("lstm");

    public override async Task DisposeAsync()
    {
        foreach (var gate in (Gate[])[_longReleased, _urgentReleased]) gate.Set();
        await base.DisposeAsync();
        foreach (var gate in (Gate[])[_longReached, _longReleased, _urgentReached, _urgentReleased]) gate.Dispose();
    }

    [Fact]
    public async Task An_urgent_run_interrupts_a_long_one_which_goes_on_after_it_and_both_have_the_bits_of_undisturbed_ones()
    {
        var node = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => options.Workers = 1);
        var standby = await Cluster.StartAsync(NodeRoles.Coordinator);
        await TestCluster.ReadyAsync(node, node, standby);
        ConcurrentQueue<TrainingEvent> told = [];
        var (training, urgent) = await InterruptAsync(node, told.Enqueue);

        // The urgent run trains, and the long one can be seen, fetched and followed.
        await using var client = Client(node);
        var paused = await client.FindRunAsync("long");
        Assert.Equal((RunSummary.Waiting, RunSummary.Paused, true), (paused.State, paused.StateForPeople, paused.IsPaused));
        Assert.Contains($"It is paused at step {paused.Step} for urgent (", paused.Waits, StringComparison.Ordinal);
        Assert.Contains("of priority 10; it goes on when there is a place for it", paused.Waits, StringComparison.Ordinal);
        Assert.InRange(paused.Step, 1, paused.LastStep - 1);
        ConcurrentQueue<TrainingEvent> heard = [];
        var attached = client.AttachAsync(paused, heard.Enqueue);
        Assert.Equal(paused.Step, await client.FetchAsync(paused, Path.Combine(Folder, "fetched")).WaitAsync(Limit));
        var fetched = TrainingCheckpoint.Restore(new CheckpointFolder(Path.Combine(Folder, "fetched")).Newest().Found!, _long.Model, _long.Training);
        Assert.Equal(TrainingCheckpoint.Hash(_long.Model.Layout, fetched.Parameters), paused.Parameters);
        Assert.False(training.IsCompleted);

        _urgentReleased.Set();
        SameState.Assert(AnswerKey.Of(_urgent).State, (await Cluster.EndAsync(urgent, told)).State);
        SameState.Assert(AnswerKey.Of(_long).State, (await Cluster.EndAsync(training, told)).State);
        Assert.Equal(RunEnding.Complete, (await attached.WaitAsync(Limit)).Ending);
        Assert.Equal(Enumerable.Range(1, (int)paused.LastStep).Select(step => (long)step), told.OfType<StepDone>().Select(step => step.Progress.Step));
        var pause = Assert.Single(told.OfType<RunPaused>());
        Assert.Equal((paused.Step, "urgent", 10), (pause.Step, pause.Name, pause.Priority));
        Assert.Equal(paused.Step, Assert.Single(told.OfType<RunResumed>()).Step);
        Assert.Equal(paused.Step, Assert.Single(heard.OfType<RunResumed>()).Step);
        List<RunLogLine> log = [];
        await foreach (var line in client.ReadLogAsync(await client.FindRunAsync("long"))) log.Add(line);
        Assert.Equal(["RunPaused", "RunResumed"], log.Select(line => line.Kind).Where(kind => kind.StartsWith("Run", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_paused_run_is_cancelled_and_deleted_as_any_that_waits()
    {
        var node = await Cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker, options => options.Workers = 1);
        await TestCluster.ReadyAsync(node, node);
        var (training, urgent) = await InterruptAsync(node, _ => { });
        await using var client = Client(node);
        var paused = await client.FindRunAsync("long");
        var over = await client.CancelAsync(paused, "ann").WaitAsync(Limit);
        Assert.Equal(("stopped", paused.Step, paused.LastStep, paused.Parameters), (over.State, over.Step, over.LastStep, over.Parameters));
        var outcome = await training.WaitAsync(Limit);
        Assert.Equal((false, "cancelled by ann", paused.Step), (outcome.IsComplete, outcome.Reason, outcome.State.Progress.Step));
        await client.DeleteAsync(over).WaitAsync(Limit);
        _urgentReleased.Set();
        Assert.True((await urgent.WaitAsync(Limit)).IsComplete);
        Assert.Equal("urgent", Assert.Single((await client.StatusAsync()).Runs).Name);
    }

    /// <summary>Two runs, of which the second one has interrupted the first and trains.</summary>
    private async Task<(Task<TrainingOutcome> Long, Task<TrainingOutcome> Urgent)> InterruptAsync(TestNode node, Action<TrainingEvent> observe)
    {
        var training = TrainAsync(_long with { Data = Held(_long, at: 9, _longReached, _longReleased) }, node, "long", 0, observe);
        await _longReached.WaitAsync();
        var urgent = TrainAsync(_urgent with { Data = Held(_urgent, at: 1, _urgentReached, _urgentReleased) }, node, "urgent", 10, _ => { });
        await using var client = Client(node);
        using var limit = new CancellationTokenSource(Limit);
        while (!(await client.StatusAsync()).Runs.Any(run => run.Waits?.EndsWith("trains until its step is over", StringComparison.Ordinal) == true))
            await Task.Delay(20, limit.Token);
        _longReleased.Set();
        await _urgentReached.WaitAsync();
        return (training, urgent);
    }

    private static ClusterClient Client(TestNode node) => TestCluster.Patiently(ClusterClient.Create(new ClientOptions([node.Node.Address!.Value])));

    private static ObservedDataset Held(TrainingJob job, int at, Gate reached, Gate released) => new(job.Data, (read, _) =>
    {
        if (read != at) return false;
        reached.Set();
        released.Wait();
        return false;
    });

    private Task<TrainingOutcome> TrainAsync(TrainingJob job, TestNode node, string name, int priority, Action<TrainingEvent> observe) =>
        ClusterTraining.RunAsync(
            job, new RunIdentity("{}", "{}", "data"),
            new ClusterTrainingOptions
            {
                Cluster = new ClientOptions([node.Node.Address!.Value]),
                Name = name,
                Priority = priority,
                AnswerTimeout = TestCluster.Patience,
                Folder = Path.Combine(Folder, name),
                Datasets = Datasets,
                Observe = observe,
            });
}
