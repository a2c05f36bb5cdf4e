using RnnActors.Cli.Pages;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Training.Events;
using Xunit;

namespace RnnActors.Cli.Tests.Pages;

public sealed class PageFrameTests
{
    private const int Steps = 1_000_000, Looks = 400;

    /// <summary>The page stays light and right: a reader who was sent what has changed has what the recorder has.</summary>
    [Fact]
    public void A_million_steps_are_told_in_small_parts_that_give_the_whole()
    {
        var recorder = new StoryRecorder(Overview());
        var reader = new PageReader();
        PageSnapshot? sent = null;
        List<int> sizes = [];
        long tokens = 0;
        for (int step = 1; step <= Steps; step++)
        {
            recorder.Observe(new StepDone(TrainingProgress.Start with { Step = step }, 1 + Math.Sin(step / 1e4) / 2, 1 + step % 7, 0.01f,
                32)
            { Elapsed = TimeSpan.FromMilliseconds(step) });
            if (step % 5000 == 0) recorder.Observe(new ShardsMoved(step, "node", 1, "is slow"));
            if (step % (Steps / Looks) != 0) continue;
            PageSnapshot now = new(++tokens, PagePhase.Training, recorder.Read(), null, CurvePictures.Of(recorder.Read()), null);
            string json = PageFrame.Of(sent, now)!.ToJson();
            sizes.Add(json.Length);
            reader.Take(json);
            sent = now;
        }

        Assert.All(recorder.Read().Curves, reader.AssertShows);
        Assert.Equal(200, reader.Frames.Sum(frame => frame["events"]?.AsArray().Count ?? 0));
        Assert.True(sizes.Max() < 400_000, $"{sizes.Max()} characters");
        Assert.True(sizes.Order().ElementAt(Looks / 2) < 4_000, $"{sizes.Order().ElementAt(Looks / 2)} characters");
        Assert.True(PageFrame.Of(null, sent!)!.ToJson().Length < 400_000);
        Assert.Null(PageFrame.Of(sent, sent!));
        Assert.Null(PageFrame.Of(sent, sent! with { Number = sent.Number + 1 }));
    }

    /// <summary>What the page left to the interface's empty bodies would not be shown in the terminal.</summary>
    [Fact]
    public void Everything_that_a_view_is_told_is_passed_on() =>
        Assert.All(typeof(PageView).GetInterfaceMap(typeof(IRunView)).TargetMethods, method => Assert.Equal(typeof(PageView), method.DeclaringType));

    [Fact]
    public void One_who_follows_a_clusters_run_sees_its_length_and_pace_as_the_coordinator_tells_them()
    {
        var cluster = new PageCluster("a:1", [new PageNode("a:1", "ready", 2, "0-3", 100, 256, 1L << 30, true)], [new PageRun("one", "running", 40, 100, 5)]);
        var story = new RunStory("one", "") { Progress = new StoryProgress(50, 0, 1, 0) };
        var now = new PageSnapshot(2, PagePhase.Training, story, null, [], null) { Cluster = cluster };
        var status = PageStatus.Of(now);
        Assert.Equal((50, 100, 10.0), (status.Step, status.LastStep, status.SecondsLeft));

        // No coordinator answers any more: a cluster of no nodes.
        var frame = PageFrame.Of(now, now with { Number = 3, Cluster = null })!;
        Assert.Empty(frame.Cluster!.Nodes);
        Assert.Null(PageFrame.Of(now, now with { Number = 3, Cluster = cluster with { Nodes = [.. cluster.Nodes] } }));
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
