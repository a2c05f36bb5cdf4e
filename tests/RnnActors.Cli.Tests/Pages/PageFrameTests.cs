using RnnActors.Cli.Pages;
using RnnActors.Cli.Tests.Benchmarks;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Cli.Tests.Pages;

public sealed class PageFrameTests
{
    private const int Steps = 1_000_000, Looks = 400, Nodes = 200;

    /// <summary>The page stays light and right: a reader who was sent what has changed has what the recorder and the coordinator have.</summary>
    [Fact]
    public void A_million_steps_on_two_hundred_nodes_are_told_in_small_parts_that_give_the_whole()
    {
        var recorder = new StoryRecorder(Overview());
        var clock = new SetClock();
        var feed = new PageFeed(clock);
        var reader = new PageReader();
        PageSnapshot? sent = null;
        List<int> sizes = [];
        var nodes = Enumerable.Range(0, Nodes).Select(i => Node(i, 0)).ToArray();
        feed.Begin(recorder, PagePhase.Training);
        foreach (var node in nodes) recorder.Observe(new WorkersJoined(node.Name, node.Workers));
        for (int step = 1; step <= Steps; step++)
        {
            recorder.Observe(new StepDone(TrainingProgress.Start with { Step = step }, 1 + Math.Sin(step / 1e4) / 2, 1 + step % 7, 0.01f,
                32)
            { Elapsed = TimeSpan.FromMilliseconds(step) });
            if (step % 5000 == 0) recorder.Observe(new ShardsMoved(step, nodes[step / 5000 % Nodes].Name, 1, "is slow"));
            if (step % (Steps / Looks) != 0) continue;
            // Of two hundred nodes some are faster or slower than they were, one comes back by another name.
            int look = step / (Steps / Looks);
            for (int i = 0; i < 5; i++) nodes[(look * 5 + i) % Nodes] = Node((look * 5 + i) % Nodes, look);
            if (look % 40 == 0)
            {
                recorder.Observe(new WorkersLost(nodes[0].Name, 4, "it was killed"));
                nodes[0] = nodes[0] with { Name = $"node-0-{look}:4053" };
                recorder.Observe(new WorkersJoined(nodes[0].Name, 4));
            }

            feed.Cluster(new PageCluster(nodes[1].Name, [.. nodes], [new PageRun("1a", "long", "running", step, Steps, 1000)]));
            clock.Pass(1);
            var now = feed.Snapshot();
            string json = PageFrame.Of(sent, now)!.ToJson();
            sizes.Add(json.Length);
            reader.Take(json);
            sent = now;
        }

        Assert.All(recorder.Read().Curves, reader.AssertShows);
        Assert.Equal(nodes.OrderBy(node => node.Name, StringComparer.Ordinal).Select(node => (node.Name, node.Shards, node.RowsPerSecond)),
            reader.Nodes.Values.Select(node => ((string)node["name"]!, (string)node["shards"]!, (double?)node["rowsPerSecond"]))
                .OrderBy(node => node.Item1, StringComparer.Ordinal));
        Assert.Equal(recorder.Read().Machines.Select(machine => (machine.Name, machine.State, machine.ShardsMoved)).Order(),
            reader.Machines.Values.Select(machine => ((string)machine["name"]!, (string)machine["state"]!, (long)machine["shardsMoved"]!)).Order());
        Assert.Equal(220, reader.Frames.Sum(frame => frame["events"]?.AsArray().Count ?? 0) - 100);
        Assert.All(recorder.Read().Curves, curve => Assert.InRange(curve.At.Length, 1, 1002));
        Assert.True(sizes.Max() < 400_000, $"{sizes.Max()} characters");
        Assert.True(sizes.Order().ElementAt(Looks / 2) < 5_000, $"{sizes.Order().ElementAt(Looks / 2)} characters");
        Assert.True(PageFrame.Of(null, sent!)!.ToJson().Length < 450_000);
        Assert.Null(PageFrame.Of(sent, sent!));
        Assert.Null(PageFrame.Of(sent, sent! with { Number = sent.Number + 1 }));
    }

    /// <summary>A node that says something else at each look.</summary>
    private static PageNode Node(int i, int look) =>
        new($"node-{i}:4053", look % 7 == 3 ? "suspected" : "ready", 4, $"{4 * i}-{4 * i + 3}", 100 + look, 256, 8L << 30, i == 1);

    [Fact]
    public void Another_run_takes_the_place_of_the_one_before_with_all_that_was_known_of_it()
    {
        var clock = new SetClock();
        var feed = new PageFeed(clock);
        feed.Begin(new StoryRecorder(new RunStory("one", "")), PagePhase.Training);
        var training = Snapshot();
        feed.Show(PagePhase.Finished, new PageEnd("The run is complete.", [], "unknown", null));
        var over = Snapshot();
        feed.Show(PagePhase.Finished, new PageEnd("The run is complete.", [], "unknown", null));
        var still = Snapshot();
        feed.Show(PagePhase.Training, null);
        var again = Snapshot();
        feed.Begin(new StoryRecorder(new RunStory("two", "")), PagePhase.Waiting);
        var another = Snapshot();

        var told = PageFrame.Of(training, over)!;
        Assert.Equal((false, PagePhase.Finished, "The run is complete.", false), (told.IsWhole, told.Phase, told.End!.Headline, told.End.IsLast));
        Assert.Null(PageFrame.Of(over, still));
        Assert.Equal((true, "one", null), (PageFrame.Of(still, again)!.IsWhole, PageFrame.Of(still, again)!.Head!.Name, PageFrame.Of(still, again)!.End));
        Assert.Equal((true, "two"), (PageFrame.Of(again, another)!.IsWhole, PageFrame.Of(again, another)!.Head!.Name));
        Assert.False(another.IsOver);
        feed.Close();
        Assert.True(feed.IsClosed && feed.Over.IsCompleted);

        PageSnapshot Snapshot()
        {
            clock.Pass(1);
            return feed.Snapshot();
        }
    }

    /// <summary>What the page left to the interface's empty bodies would not be shown in the terminal.</summary>
    [Fact]
    public void Everything_that_a_view_is_told_is_passed_on() =>
        Assert.All(typeof(PageView).GetInterfaceMap(typeof(IRunView)).TargetMethods, method => Assert.Equal(typeof(PageView), method.DeclaringType));

    [Fact]
    public void One_who_follows_a_clusters_run_sees_its_length_and_pace_as_the_coordinator_tells_them()
    {
        var cluster = new PageCluster("a:1", [new PageNode("a:1", "ready", 2, "0-3", 100, 256, 1L << 30, true)],
            [new PageRun("2b", "one", "running", 7, 900, 1), new PageRun("1a", "one", "running", 40, 100, 5)]);
        var story = new RunStory("one", "") { Progress = new StoryProgress(50, 0, 1, 0) };
        var now = new PageSnapshot(2, PagePhase.Training, story, null, [], null) { Cluster = cluster, RunId = "1a" };
        var status = PageStatus.Of(now);
        Assert.Equal((50, 100, 10.0), (status.Step, status.LastStep, status.SecondsLeft));

        // No coordinator answers any more: what was heard last stays.
        var frame = PageFrame.Of(now, now with { Number = 3, Cluster = null })!;
        Assert.Equal(("", false), (frame.Cluster!.Coordinator, frame.Cluster.IsWhole));
        Assert.Empty(frame.Cluster.Gone);
        Assert.True(PageFrame.Of(now with { Cluster = null }, now with { Number = 3 })!.Cluster!.IsWhole);
        Assert.Null(PageFrame.Of(now, now with { Number = 3, Cluster = cluster with { Nodes = [.. cluster.Nodes] } }));
    }

    [Fact]
    public void Runs_of_one_name_are_told_apart()
    {
        RunSummary Run(string id, string name) => new(id, name, RunSummary.Running, 1, 10, 0, 0, 0);
        var status = new ClusterStatus("a:1", 1, [], [], [Run("1a2b3c4d5e6f", "one"), Run("2b3c4d5e6f7a", "one"), Run("3c4d5e6f7a8b", "two")], 0, 0);
        Assert.Equal(["one (1a2b3c4d)", "one (2b3c4d5e)", "two"], PageCluster.Of(status).Runs.Select(run => run.Name));
    }

    [Fact]
    public void What_users_write_is_never_markup()
    {
        const string Evil = "</script><img src=x onerror=alert(1)>&\u2028";
        var story = new RunStory(Evil, "forecast")
        {
            Question = Evil,
            Facts = [new StoryFact(Evil, Evil)],
            Notes = [Evil],
            Events = [new StoryEvent("other", 1, DateTimeOffset.UnixEpoch, Evil, true)],
            Machines = [new StoryMachine(Evil, 1, 0, StoryMachine.TakesPart)],
        };
        string json = PageFrame.Of(null,
            new PageSnapshot(1, PagePhase.Failed, story, null, [new Picture("loss", Evil) { Chart = new Chart("step", Evil) }],
            new PageEnd(Evil, [Evil], "unknown", Evil)))!.ToJson();

        Assert.DoesNotContain(json, c => c is '<' or '>' or '\u2028' or '\n');
        var reader = new PageReader();
        reader.Take(json);
        Assert.Equal(Evil, (string?)reader.End!["headline"]);
    }

    private static RunOverview Overview() => new(PreparedRun.Create("long", RunSpecification.ForDataFile(null)), new RunFolder("unused"));
}
