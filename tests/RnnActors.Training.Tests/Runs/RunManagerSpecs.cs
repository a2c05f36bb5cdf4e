using Akka.Actor;
using Akka.TestKit;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Protocol;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

/// <summary>Coordinators of clusters, each with workers in its own process; the clock goes when the test says so.</summary>
public sealed partial class RunManagerSpecs : VirtualTimeKit
{
    private readonly TrainingJob _job = AnswerKey.Create("streams", epochs: 6) with { CheckpointEverySteps = 1 };
    private readonly ManagedCluster _cluster;
    private readonly Gate _reached = new(), _released = new();

    public RunManagerSpecs() =>
        _cluster = new ManagedCluster(Sys);

    protected override void AfterAll()
    {
        base.AfterAll();
        _cluster.Dispose();
        _reached.Dispose();
        _released.Dispose();
    }

    /// <summary>Nothing was ever deleted: finished runs and their data filled the disk.</summary>
    [Fact]
    public async Task A_run_that_is_over_and_that_nobody_follows_is_deleted_with_its_data_and_one_that_trains_never_is()
    {
        var description = _cluster.Describe(_job with { Data = Held(at: 9) });
        var manager = await BeginAsync(_cluster.Manage(), description);
        _reached.Wait();
        var held = new HeldStorage(_cluster.DirectoryOf(), _cluster.Use);
        var limits = new RetentionLimits(TimeSpan.Zero, 0, 0);
        Assert.Empty(RetentionRule.Choose(held.List(), limits, DateTimeOffset.UtcNow.AddDays(1)));
        _released.Set();
        await CompleteAsync(manager, description);
        Sys.Stop(Watch(manager));
        ExpectTerminated(manager, Patience);

        manager = _cluster.Manage(); // which nobody follows the run at
        var deletions = RetentionRule.Choose(held.List(), limits, DateTimeOffset.UtcNow.AddDays(1));
        Assert.Contains(deletions, deletion => deletion.Item.Name == description.RunId);
        Assert.Contains(deletions, deletion => deletion.Item.Name == description.Train);
        Assert.All(deletions, deletion => Assert.True(held.Delete(deletion.Item)));
        manager.Tell(new Retention.RunsDeleted([description.RunId]));

        Assert.Empty((await StatusAsync(manager)).Runs);
        Assert.False(Directory.Exists(_cluster.DirectoryOf().FolderOf(description.RunId)));
    }

    [Fact]
    public async Task Its_own_workers_do_not_count_on_memory_that_states_and_other_runs_have_reserved()
    {
        object other = new();
        _cluster.Memory.Take(other, long.MaxValue / 4);
        var client = CreateTestProbe();
        var manager = _cluster.Manage();
        manager.Tell(ManagedCluster.Workers(2), CreateTestProbe().Ref);
        manager.Tell(new SubmitRun(_cluster.Describe(_job)), client.Ref);
        AwaitAssert(
            () => Assert.Contains(
                "of which runs take at least", Assert.Single(StatusAsync(manager).GetAwaiter().GetResult().Nodes).Reason, StringComparison.Ordinal),
            Patience);
        Assert.Equal(MemoryPlan.StateBytes(_job), _cluster.Memory.Of(other));
        _cluster.Memory.Return(other);
        Assert.Equal(RunEnding.Complete, ((RunEnded)client.FishForMessage(message => message is RunEnded, Patience)).Ending);
        AwaitAssert(() => Assert.Equal(0, _cluster.Memory.Of(other)), Patience);
        await Settled(manager);
    }

    [Fact]
    public async Task A_node_that_asks_again_before_it_can_have_its_answer_is_let_in_once()
    {
        var manager = _cluster.Manage();
        for (int asked = 0; asked < 3; asked++) manager.Tell(ManagedCluster.Workers(1), TestActor);
        ExpectMsg<NodeAccepted>(Patience);
        await Settled(manager);
        ExpectNoMsg(0);
        manager.Tell(ManagedCluster.Workers(1), CreateTestProbe().Ref);
        manager.Tell(ManagedCluster.Workers(1), TestActor);
        ExpectMsg<NodeAccepted>(Patience);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(int.MinValue, 0)]
    [InlineData(int.MaxValue, 0)]
    [InlineData(1, -1)]
    [InlineData(1, long.MinValue)]
    [InlineData(1, long.MaxValue)]
    public async Task A_node_that_cannot_be_is_refused_and_changes_nothing(int workers, long epoch)
    {
        var manager = _cluster.Manage();
        manager.Tell(ManagedCluster.Workers(workers, epoch), TestActor);
        Assert.Contains("no node has", ExpectMsg<NodeRefused>(Patience).Reason, StringComparison.Ordinal);
        var status = await StatusAsync(manager);
        Assert.Equal(1, status.Epoch);
        Assert.Empty(status.Nodes);
    }

    [Fact]
    public async Task A_node_of_another_protocol_is_refused_hears_what_is_acknowledged_and_is_shown_with_its_reason()
    {
        var manager = _cluster.Manage();
        var state = new AcknowledgedRun(new string('a', 32), "lost", 0, 8984, null, 7, "there");
        var node = ManagedCluster.Workers(1).Node;
        manager.Tell(new RegisterNode(node with { Protocol = Versions.Protocol + 1 }, [state]), TestActor);
        var refused = ExpectMsg<NodeRefused>(Patience);
        Assert.Equal([state], refused.Acknowledged!);
        Assert.Equal(1, refused.Epoch);
        var status = await StatusAsync(manager);
        Assert.Equal((NodeStatus.Refused, refused.Reason), (Assert.Single(status.Nodes).State, status.Nodes[0].Reason));
        Assert.Equal(RunSummary.WaitingForState, Assert.Single(status.Runs).State);
        Assert.Single(_cluster.News, news => news == $"here is refused: {refused.Reason}");
    }

    [Fact]
    public async Task Whatever_a_client_asks_for_is_answered_and_the_next_run_has_its_bits()
    {
        var good = _cluster.Describe(_job);
        JobDescription[] hopeless =
        [
            good with { Model = "" }, good with { Model = "[{\"lstm\":-1}]" }, good with { Training = "{" }, good with { Training = "{}" },
            good with { Train = "../../x" }, good with { Start = good.Train },
            good with { Train = new string('f', 31) + "g" }, good with { Validation = "" },
        ];
        var manager = _cluster.Manage();
        manager.Tell(ManagedCluster.Workers(2), TestActor);
        ExpectMsg<NodeAccepted>(Patience);
        foreach (var job in hopeless)
        {
            var client = CreateTestProbe();
            manager.Tell(new SubmitRun(job), client.Ref);
            Assert.Contains("identity", client.ExpectMsg<RunRefused>(Patience).Reason, StringComparison.Ordinal);
            var named = job with { RunId = StoredRecords.IdOf(job) };
            manager.Tell(new SubmitRun(named), client.Ref);
            object ended = client.FishForMessage(message => message is RunRefused or RunEnded, Patience, $"{job}; {string.Join("; ", _cluster.News)}");
            Assert.False(string.IsNullOrEmpty(ended is RunRefused refused ? refused.Reason : ((RunEnded)ended).Message));
        }

        await CompleteAsync(manager, good, registers: false);
    }

    [Fact]
    public async Task A_run_that_was_stopped_goes_on_for_another_client_and_not_for_what_its_own_said_before()
    {
        var description = _cluster.Describe(_job with { Data = Held(at: 9) });
        var manager = await BeginAsync(_cluster.Manage(), description);
        _reached.Wait();
        var client = CreateTestProbe();
        var channel = Submit(manager, description, client);
        manager.Tell(new StopRun(description.RunId), CreateTestProbe().Ref);
        manager.Tell(new StopRun(description.RunId), client.Ref);
        await Settled(manager);
        _released.Set();
        var ended = (RunEnded)client.FishForMessage(message => message is RunEnded, Patience);
        Assert.Equal(RunEnding.Stopped, ended.Ending);
        channel.Close("the client lost it before it fetched anything");
        Submit(manager, description, client);
        Assert.Equal(ended, client.ExpectMsg<RunEnded>(Patience));
        manager.Tell(new StopRun(description.RunId), client.Ref);
        Assert.Equal("stopped", Assert.Single((await StatusAsync(manager)).Runs).State);
        await CompleteAsync(manager, description, registers: false);
    }

    /// <summary>The second coordinator has nothing but the first one's disk, as after a kill.</summary>
    [Fact]
    public async Task A_queue_of_twenty_runs_survives_the_coordinator_in_its_order()
    {
        var manager = Watch(_cluster.Manage());
        for (int i = 0; i < 20; i++)
        {
            var description = _cluster.Describe(_job with { Training = _job.Training with { Seed = (ulong)i } });
            var client = CreateTestProbe();
            manager.Tell(new SubmitRun(description, "ann", Priority: i % 3), client.Ref);
            client.FishForMessage(message => message is RunAccepted, Patience);
        }

        var before = (await StatusAsync(manager)).Runs;
        Assert.Equal(20, before.Length);
        Assert.Equal(before.OrderByDescending(run => run.Priority).ThenBy(run => run.Number), before);
        Sys.Stop(manager);
        ExpectTerminated(manager, Patience);
        var after = (await StatusAsync(_cluster.Manage())).Runs;
        Assert.Equal(before.Select(run => (run.RunId, run.Number, run.Priority, run.Owner, run.SubmittedAt)),
            after.Select(run => (run.RunId, run.Number, run.Priority, run.Owner, run.SubmittedAt)));
    }

    /// <summary>Found by simulation: the record was never written again, so the next start did not know the run, whose checkpoints were there.</summary>
    [Fact]
    public async Task A_run_that_was_brought_while_the_disk_was_full_is_known_after_the_next_start()
    {
        var manager = Watch(_cluster.Manage());
        var description = _cluster.Describe(_job);
        string folder = _cluster.DirectoryOf().FolderOf(description.RunId);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        await File.WriteAllTextAsync(folder, "takes the place of the folder");
        var client = CreateTestProbe();
        manager.Tell(new SubmitRun(description), client.Ref);
        client.FishForMessage(message => message is RunAccepted, Patience);
        await Settled(manager);
        Assert.Contains(_cluster.News, news => news.StartsWith("The record of test could not be written", StringComparison.Ordinal));
        File.Delete(folder);
        Advance(TimeSpan.FromSeconds(2));
        await Settled(manager);
        Assert.Contains(_cluster.News, news => news.StartsWith("The disk takes writes again", StringComparison.Ordinal));
        Sys.Stop(manager);
        ExpectTerminated(manager, Patience);
        Assert.Equal(description.RunId, Assert.Single((await StatusAsync(_cluster.Manage())).Runs).RunId);
    }

    /// <summary>It has lost its channel, and does not know that somebody cancelled the run meanwhile.</summary>
    [Fact]
    public async Task A_follower_that_comes_back_does_not_begin_anew_what_was_cancelled()
    {
        var description = _cluster.Describe(_job);
        var manager = _cluster.Manage();
        var client = CreateTestProbe();
        Submit(manager, description, client).Close("it is lost");
        await Settled(manager);
        var run = Assert.Single((await StatusAsync(manager)).Runs);
        manager.Tell(new CancelRun(run.RunId, run.Number, "ann"), TestActor);
        Assert.Null(ExpectMsg<ControlAnswer>(Patience).Problem);
        AwaitAssert(() => Assert.Equal("stopped", Assert.Single(StatusAsync(manager).GetAwaiter().GetResult().Runs).State), Patience);
        var again = CreateTestProbe();
        manager.Tell(new SubmitRun(description, IsAgain: true), again.Ref);
        var ended = (RunEnded)again.FishForMessage(message => message is RunEnded, Patience);
        Assert.Equal((RunEnding.Stopped, "cancelled by ann"), (ended.Ending, ended.Message));
        Assert.Equal("stopped", Assert.Single((await StatusAsync(manager)).Runs).State);
    }

    [Fact]
    public async Task A_job_whose_coordinator_fails_has_failed_and_the_next_one_trains()
    {
        var hopeless = _cluster.Describe(_job with { CheckpointEverySteps = 0 });
        var manager = await BeginAsync(_cluster.Manage(), hopeless);
        var client = CreateTestProbe();
        manager.Tell(new SubmitRun(hopeless), client.Ref);
        object ended = client.FishForMessage(message => message is RunEnded, Patience, string.Join("; ", _cluster.News));
        Assert.Equal(RunEnding.Failed, ((RunEnded)ended).Ending);
        await CompleteAsync(manager, _cluster.Describe(_job), registers: false);
    }

    [Fact]
    public async Task A_client_that_asks_again_before_it_has_a_channel_is_given_the_same_token()
    {
        var description = _cluster.Describe(_job);
        var manager = _cluster.Manage();
        var client = CreateTestProbe();
        RunAccepted Ask()
        {
            manager.Tell(new SubmitRun(description), client.Ref);
            return (RunAccepted)client.FishForMessage(message => message is RunAccepted, Patience);
        }

        byte[] token = Ask().Channel.Token;
        var again = Ask();
        Assert.Equal(token, again.Channel.Token);
        var sink = new RecordingSink();
        TensorChannel.Connect(again.Channel.Host, again.Channel.Port, token, null, sink);
        using var channel = sink.Channel;
        await Settled(manager);
    }

    [Fact]
    public async Task No_message_of_the_wire_breaks_a_run()
    {
        var random = new Random(7);
        var types = typeof(IWireMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IWireMessage)) && !type.IsInterface).ToArray();
        var description = _cluster.Describe(_job with { Data = Held(at: 9) });
        var manager = await BeginAsync(_cluster.Manage(), description);
        _reached.Wait();
        foreach (var type in types)
        {
            var sender = CreateTestProbe().Ref;
            for (int i = 0; i < 50; i++)
            {
                object message = RandomRecord.Create(type, random);
                manager.Tell(message, sender);
                if (message is StopRun) manager.Tell(message, ActorRefs.NoSender);
            }
        }

        await Settled(manager);
        _released.Set();
        await CompleteAsync(manager, description, registers: false);
    }

    private static (string, DateTime, long)[] Files(string folder) =>
        [.. new DirectoryInfo(folder).GetFiles("*.safetensors").OrderBy(
            file => file.Name, StringComparer.Ordinal).Select(file => (file.Name, file.LastWriteTimeUtc, file.Length))];

    /// <summary>The job's data, of which one read waits until the test lets it go on.</summary>
    private ObservedDataset Held(int at) => new(_job.Data, (read, _) =>
    {
        if (read != at) return false;
        _reached.Set();
        _released.Wait();
        return false;
    });

    /// <summary>Submits a run as a client does, until it is answered, and opens its channel.</summary>
    private TensorChannel Submit(IActorRef manager, JobDescription description, TestProbe client)
    {
        RunAccepted? accepted = null;
        AwaitAssert(() =>
        {
            manager.Tell(new SubmitRun(description), client.Ref);
            accepted = (RunAccepted)client.FishForMessage(message => message is RunAccepted, TimeSpan.FromMilliseconds(300));
        }, Patience);
        var sink = new RecordingSink();
        TensorChannel.Connect(accepted!.Channel.Host, accepted.Channel.Port, accepted.Channel.Token, null, sink);
        return sink.Channel;
    }

    /// <summary>Gives a run to a manager, and two workers.</summary>
    private async Task<IActorRef> BeginAsync(IActorRef manager, JobDescription description)
    {
        manager.Tell(ManagedCluster.Workers(2), CreateTestProbe().Ref);
        manager.Tell(new SubmitRun(description), CreateTestProbe().Ref);
        await Settled(manager);
        return manager;
    }

    /// <summary>Lets a manager train to the end, which has the bits of one thread.</summary>
    private async Task CompleteAsync(IActorRef manager, JobDescription description, long? from = null, bool registers = true)
    {
        var client = CreateTestProbe();
        if (registers) manager.Tell(ManagedCluster.Workers(2, id: "another"), CreateTestProbe().Ref);
        manager.Tell(new SubmitRun(description), client.Ref);
        var ended = (RunEnded)client.FishForMessage(message => message is RunEnded, Patience);
        Assert.Equal((RunEnding.Complete, null), (ended.Ending, ended.Message));
        if (from is not null) Assert.Contains($"test trains from step {from}", _cluster.News);
        SameState.Assert(AnswerKey.Of(_job).State, TrainingCheckpoint.Restore(_cluster.Newest(description), _job.Model, _job.Training));
        await Settled(manager);
    }

    /// <summary>When the manager, and the run that it trains, have dealt with everything that they were told.</summary>
    private static Task<ClusterStatus> Settled(IActorRef manager) => StatusAsync(manager);

    private static Task<ClusterStatus> StatusAsync(IActorRef manager) => manager.Ask<ClusterStatus>(new GetStatus(), Patience);
}
