using System.Net;
using System.Net.Sockets;
using Akka;
using Akka.Actor;
using RnnActors.Training.Protocol;
using RnnActors.Training.Runs;
using Xunit;

namespace RnnActors.Training.Tests.Runs;

/// <summary>A coordinator that moves, and the one after it.</summary>
public sealed partial class RunManagerSpecs
{
    [Fact]
    public async Task However_long_its_step_takes_a_coordinator_that_will_move_ends_it_first()
    {
        var description = _cluster.Describe(_job with { Data = Held(at: 9) });
        var manager = await BeginAsync(_cluster.Manage(), description);
        _reached.Wait();
        var leaving = CreateTestProbe();
        manager.Tell(RunManager.PrepareHandOver.Instance, leaving.Ref);
        await Settled(manager);
        Advance(TimeSpan.FromMinutes(1));
        await Settled(manager);
        Assert.False(leaving.HasMessages);
        _released.Set();
        leaving.ExpectMsg<Done>(Patience);
        var stopped = _cluster.Newest(description);
        Assert.InRange(stopped.Step, 1, 11);
        Watch(manager);
        manager.Tell(RunManager.HandOver.Instance);
        ExpectTerminated(manager, Patience);
        Assert.Single(_cluster.News, news => news.StartsWith("No other node has the newest states", StringComparison.Ordinal));

        // Nothing of the step is lost: the next coordinator begins with the one after it, and ends with the bits of one thread.
        var next = _cluster.Manage();
        await CompleteAsync(next, description, from: stopped.Step);
    }

    [Fact]
    public async Task A_coordinator_that_moves_without_warning_waits_for_its_step_a_little_and_no_longer()
    {
        var description = _cluster.Describe(_job with { Data = Held(at: 9) });
        var manager = Watch(await BeginAsync(_cluster.Manage(), description));
        _reached.Wait();
        manager.Tell(RunManager.HandOver.Instance);
        await Settled(manager);
        Advance(TimeSpan.FromSeconds(7));
        await Settled(manager);
        ExpectNoMsg(0);
        Advance(TimeSpan.FromSeconds(1));
        ExpectTerminated(manager, Patience);
        _released.Set();
        await CompleteAsync(_cluster.Manage(), description);
    }

    [Fact]
    public void A_coordinator_whose_port_is_taken_waits_for_it_and_says_so_once()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        int port = ((IPEndPoint)other.LocalEndpoint).Port;
        var manager = _cluster.Start(port: port);
        AwaitAssert(() => Assert.Contains(_cluster.News, news => news.Contains($"cannot listen on 127.0.0.1:{port}", StringComparison.Ordinal)), Patience);
        Advance(TimeSpan.FromSeconds(2));
        manager.Tell(RunManager.PrepareHandOver.Instance, TestActor);
        ExpectMsg<Done>(Patience);
        Assert.False(ManagedCluster.Answers(manager));
        other.Stop();
        AwaitAssert(() =>
        {
            Advance(TimeSpan.FromSeconds(2));
            Assert.True(ManagedCluster.Answers(manager));
        }, Patience);
        Assert.Single(_cluster.News);
    }

    [Fact]
    public async Task A_coordinator_without_a_run_moves_at_once()
    {
        var manager = Watch(_cluster.Manage());
        manager.Tell(RunManager.PrepareHandOver.Instance, TestActor);
        ExpectMsg<Done>(Patience);
        await Settled(manager);
        manager.Tell(RunManager.HandOver.Instance);
        ExpectTerminated(manager, Patience);
    }

    /// <summary>The first coordinator hangs in a step while the second one, on the same directory, trains to the end.</summary>
    [Fact]
    public async Task Of_two_coordinators_on_a_shared_directory_the_older_one_writes_nothing_more_and_ends()
    {
        var description = _cluster.Describe(_job with { Data = Held(at: 9) });
        var first = Watch(await BeginAsync(_cluster.Manage(isShared: true), description));
        _reached.Wait();
        var second = _cluster.Manage(isShared: true);
        await CompleteAsync(second, description);
        string folder = _cluster.DirectoryOf().FolderOf(description.RunId);
        var files = Files(folder);
        Assert.Equal("2", _cluster.Newest(description).Metadata["coordinator_epoch"]);
        _released.Set();
        ExpectTerminated(first, Patience);
        Assert.Equal(files, Files(folder));
        Assert.Contains(_cluster.News, news => news == "Another coordinator, of epoch 2, has taken over: this one ends");
        Assert.Equal(2, _cluster.DirectoryOf().ReadEpoch());
    }

    [Fact]
    public async Task Every_coordinator_has_a_higher_epoch_than_any_before_it_and_than_any_that_a_node_has_heard_of()
    {
        for (long epoch = 1; epoch <= 3; epoch++)
        {
            var manager = Watch(_cluster.Manage());
            Assert.Equal(epoch, (await StatusAsync(manager)).Epoch);
            Sys.Stop(manager);
            ExpectTerminated(manager, Patience);
        }

        var last = _cluster.Manage();
        last.Tell(ManagedCluster.Workers(1, epoch: 41), TestActor);
        Assert.Equal(42, ExpectMsg<NodeAccepted>(Patience).Epoch);
        Assert.Equal(42, _cluster.DirectoryOf().ReadEpoch());
        last.Tell(new NodePresent("node", 4, null), TestActor);
        Assert.Equal(42, ExpectMsg<RegisterAgain>(Patience).Epoch);
        last.Tell(new NodePresent("node", 42, null), TestActor);
        await Settled(last);
        ExpectNoMsg(0);
    }
}
