using System.Net;
using Akka.Actor;
using Akka.TestKit;
using RnnActors.Core.Training;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Events;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Client;

/// <summary>A client of a cluster whose coordinators are probes; the clock goes when the test says so.</summary>
public sealed partial class RunFollowerSpecs : VirtualTimeKit
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly DatasetFile _datasets = new([new MemoryFormat()]);
    private readonly ChannelListener _listener = ChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), null);
    private readonly TaskCompletionSource<RunEnded> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TrainingEvent> _told = [];
    private readonly FileCache _theirs;
    private readonly JobDescription _job;
    private readonly TestProbe _other;
    private readonly FileCache _files;
    private IActorRef _client;

    public RunFollowerSpecs()
    {
        _files = new FileCache(Path.Combine(_folder, "client"));
        _theirs = new FileCache(Path.Combine(_folder, "coordinator"));
        _job = JobFiles.Describe(AnswerKey.Create("lstm"), new RunIdentity("{}", "{}", "data"), "test", 2, _files, _datasets);
        _other = CreateTestProbe();
        _client = Follow(stopsWhenCancelled: true);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_a_replaced_coordinator_says_of_the_run_s_end_is_passed_over()
    {
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        var lost = Accept(first, epoch: 1);
        lost.Channel.Close("it is replaced");
        AwaitSubmission();
        _client.Tell(Ended(new string('1', 32), null), first.Ref);
        var sink = Accept(second, epoch: 2);
        _client.Tell(Ended(new string('1', 32), null), first.Ref);
        string checkpoint = _theirs.Add(stream => stream.Write("newest"u8)).ToString();
        _client.Tell(Ended(checkpoint, null), second.Ref);
        Assert.Equal(checkpoint, (await _completion.Task.WaitAsync(Patience)).Checkpoint);
        Assert.DoesNotContain($"requested {new string('1', 32)}", sink.Files(0));
    }

    [Fact]
    public async Task A_best_checkpoint_that_cannot_be_had_does_not_cost_the_newest()
    {
        var coordinator = CreateTestProbe();
        Accept(coordinator, epoch: 1);
        string checkpoint = _theirs.Add(stream => stream.Write("newest"u8)).ToString();
        _client.Tell(Ended(checkpoint, new string('1', 32)), coordinator.Ref);
        Assert.Equal(Ended(checkpoint, null), await _completion.Task.WaitAsync(Patience));
        Assert.Contains(
            "The best checkpoint could not be fetched, and stays with the coordinator", Assert.IsType<ClusterNews>(Assert.Single(_told)).Text,
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newest_checkpoint_that_cannot_be_had_is_said_to_stay_where_it_is()
    {
        var coordinator = CreateTestProbe();
        Accept(coordinator, epoch: 1);
        _client.Tell(Ended(new string('1', 32), null), coordinator.Ref);
        var refusal = await Assert.ThrowsAsync<ClusterRefusalException>(() => _completion.Task.WaitAsync(Patience));
        Assert.Contains("The coordinator keeps what it has: given the same run again, it goes on from there", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whichever_node_stands_still_the_other_is_asked_to_stop_the_run_and_who_coordinates()
    {
        Accept(CreateTestProbe(), epoch: 1);
        _client.Tell(RunFollower.Stop.Instance);
        for (int tick = 0; tick < 20; tick++) await TickAsync();

        foreach (var asked in new TestKitBase[] { this, _other })
        {
            asked.FishForMessage(message => message is StopRun, Patience);
            asked.FishForMessage(message => message is GetStatus, Patience);
        }
    }

    [Fact]
    public async Task When_the_coordinator_is_silent_its_successor_is_asked_for_more_often()
    {
        var coordinator = CreateTestProbe();
        Accept(coordinator, epoch: 1);
        Assert.Equal(2, await QuestionsIn(ticks: 8));
        Assert.Equal(8, await QuestionsIn(ticks: 8));
        _client.Tell(Status(1), coordinator.Ref);
        Assert.Equal(2, await QuestionsIn(ticks: 8));
    }

    [Fact]
    public async Task An_end_that_was_not_heard_is_asked_for_again()
    {
        var coordinator = CreateTestProbe();
        Accept(coordinator, epoch: 1);
        var over = new ClusterStatus("here", 1, [], [], [new RunSummary(_job.RunId, "test", "complete", 5, 5, 0, 0, 4)], 0, 0);
        for (int i = 0; i < 3; i++) _client.Tell(over, coordinator.Ref);
        Accept(coordinator, epoch: 1);
        string checkpoint = _theirs.Add(stream => stream.Write("newest"u8)).ToString();
        _client.Tell(Ended(checkpoint, null), coordinator.Ref);
        Assert.Equal(checkpoint, (await _completion.Task.WaitAsync(Patience)).Checkpoint);
    }

    [Theory]
    [InlineData(1)] // as its candidate's disk was lost with the epoch on it
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_coordinator_that_is_heard_in_the_other_s_place_has_the_run_whatever_its_epoch(long epoch)
    {
        var (silent, successor) = (CreateTestProbe(), CreateTestProbe());
        Accept(silent, epoch: 2);
        for (int i = 0; i < 3; i++)
        {
            await TickAsync();
            _client.Tell(Status(epoch), successor.Ref);
        }

        Accept(successor, epoch);
        string checkpoint = _theirs.Add(stream => stream.Write("newest"u8)).ToString();
        _client.Tell(Ended(checkpoint, null), successor.Ref);
        Assert.Equal(checkpoint, (await _completion.Task.WaitAsync(Patience)).Checkpoint);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task While_the_coordinator_is_heard_another_one_of_no_higher_epoch_changes_nothing(long epoch)
    {
        var (coordinator, other) = (CreateTestProbe(), CreateTestProbe());
        Accept(coordinator, epoch: 2);
        for (int i = 0; i < 10; i++)
        {
            for (int j = 0; j < 2; j++) _client.Tell(Status(epoch), other.Ref);
            _client.Tell(i % 2 == 0 ? Status(2) : EventFormat.Encode(_job.RunId, new WorkersJoined("node", 1)), coordinator.Ref);
        }

        string checkpoint = _theirs.Add(stream => stream.Write("newest"u8)).ToString();
        _client.Tell(Ended(checkpoint, null), coordinator.Ref);
        Assert.Equal(checkpoint, (await _completion.Task.WaitAsync(Patience)).Checkpoint);
        Assert.DoesNotContain(_told, told => told is ClusterNews);
    }

    /// <summary>One that wakes answers everything that it was asked while it stood still.</summary>
    [Fact]
    public async Task However_much_another_coordinator_says_at_once_it_is_heard_once()
    {
        var (coordinator, woken) = (CreateTestProbe(), CreateTestProbe());
        Accept(coordinator, epoch: 2);
        for (int tick = 0; tick < 2; tick++)
        {
            await TickAsync();
            for (int i = 0; i < 20; i++) _client.Tell(Status(1), woken.Ref);
        }

        string checkpoint = _theirs.Add(stream => stream.Write("newest"u8)).ToString();
        _client.Tell(Ended(checkpoint, null), coordinator.Ref);
        Assert.Equal(checkpoint, (await _completion.Task.WaitAsync(Patience)).Checkpoint);
        Assert.DoesNotContain(_told, told => told is ClusterNews);
    }

    [Fact]
    public async Task A_coordinator_that_raises_its_epoch_is_the_same_one()
    {
        var coordinator = CreateTestProbe();
        Accept(coordinator, epoch: 1);
        _client.Tell(Status(5), coordinator.Ref);
        string checkpoint = _theirs.Add(stream => stream.Write("newest"u8)).ToString();
        _client.Tell(Ended(checkpoint, null), coordinator.Ref);
        Assert.Equal(checkpoint, (await _completion.Task.WaitAsync(Patience)).Checkpoint);
        Assert.DoesNotContain(_told, told => told is ClusterNews);
    }

    private IActorRef Follow(bool stopsWhenCancelled)
    {
        var options = new ClusterTrainingOptions
        {
            Cluster = new ClientOptions([new HostAndPort("127.0.0.1", 1), new HostAndPort("127.0.0.1", 2)]),
            Name = "test",
            Folder = _folder,
            Datasets = _datasets,
            Observe = _told.Add,
            StopsWhenCancelled = stopsWhenCancelled,
        };
        return Sys.ActorOf(RunFollower.Props(
            FollowerSettings.Of(_job, options), _files, null, contact => Sys.ActorSelection(contact.Port == 1 ? TestActor.Path : _other.Ref.Path), host => host,
            _completion));
    }

    /// <summary>Statuses that the client asks for in so many quarters of a second, of whichever node.</summary>
    private async Task<int> QuestionsIn(int ticks)
    {
        for (int tick = 0; tick < ticks; tick++) await TickAsync();
        int questions = 0;
        foreach (var asked in new TestKitBase[] { this, _other })
        {
            while (asked.HasMessages)
                if (asked.ReceiveOne(Patience) is GetStatus) questions++;
        }

        return questions;
    }

    private async Task TickAsync()
    {
        Advance(TimeSpan.FromMilliseconds(250));
        await _client.Ask<ActorIdentity>(new Identify(0), Patience);
    }

    private static ClusterStatus Status(long epoch) => new("somewhere", epoch, [], [], [], 0, 0);

    private RunEnded Ended(string? checkpoint, string? best) => new(_job.RunId, RunEnding.Stopped, null, checkpoint, best);

    /// <summary>Takes the run, and gives what files it has.</summary>
    private RecordingSink Accept(TestProbe coordinator, long epoch)
    {
        RecordingSink sink = null!;
        sink = new RecordingSink
        {
            Requested = file =>
            {
                if (_theirs.Holds(file)) sink.Channel.SendFile(file, _theirs.PathOf(file));
                else sink.Channel.RefuseFile(file);
            },
        };
        AwaitSubmission();
        _client.Tell(new RunAccepted(_job.RunId, epoch, new ChannelAddress("127.0.0.1", _listener.Port, _listener.Expect(sink)), []), coordinator.Ref);
        _ = sink.Channel;
        return sink;
    }

    private void AwaitSubmission() => AwaitAssert(() =>
    {
        Advance(TimeSpan.FromMilliseconds(250));
        FishForMessage(message => message is SubmitRun, TimeSpan.FromMilliseconds(200));
    }, Patience);
}
