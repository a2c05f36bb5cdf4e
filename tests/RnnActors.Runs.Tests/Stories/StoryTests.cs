using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Pictures;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trained;
using RnnActors.Training.Events;
using Xunit;

namespace RnnActors.Runs.Tests.Stories;

public sealed class StoryTests : IDisposable
{
    private static readonly string[] Tiny =
    [
        "data.window=6", "data.horizon=3", "training.epochs=6", "model.0.lstm=4", "training.batch=64", "data.split.train=0.2", "data.split.validation=0.1",
        "checkpoint.everySteps=5",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Before the first epoch is over, nobody knows it from the events.</summary>
    [Fact]
    public void A_run_under_way_does_not_say_that_nothing_was_held_back()
    {
        var recorder = new StoryRecorder(new RunStory("run", "forecast"));
        for (int step = 1; step <= 3; step++) recorder.Observe(new StepDone(TrainingProgress.Start with { Step = step }, 1, 1, 0.01f, 32));
        Assert.Null(CurvePictures.Of(recorder.Read()).Single(picture => picture.Key == "loss").Caption);
    }

    [Theory]
    [InlineData("part")]
    [InlineData("elsewhere")]
    public async Task A_run_that_was_stopped_and_resumed_tells_all_of_itself(string folder)
    {
        RunReport whole = (await TrainAsync("whole", null))!;
        await TrainAsync("part", 7);
        RunOverview resumed =
            Resumption.Prepare(TrainedRun.Open(_folder.File("part")), folder: _folder.File(folder)) with { Command = "rnnactors resume part" };
        RunStory story = (await new TrainingSession(resumed).ResumeAsync())!.Story!;

        foreach (string key in (string[])[CurveKeys.Loss, CurveKeys.GradientNorm, CurveKeys.LearningRate, CurveKeys.EpochLoss, CurveKeys.Validation])
        {
            Assert.Equal(whole.Story!.Curve(key)!.At, story.Curve(key)!.At);
            Assert.Equal(whole.Story!.Curve(key)!.Values, story.Curve(key)!.Values);
        }

        Assert.Equal(whole.ParameterHash, story.Result!.ParameterHash);
        Assert.Equal(["rnnactors train part", "rnnactors resume part"], story.Commands);
        Assert.Contains(story.Events, happened => happened.Kind == "resumed" && happened.Step == 7);
        Assert.Equal((2, StoryMachine.Here), (story.Machines.Count, story.Machines[0].Name));
        Assert.Equal(["path", "forecast", "residuals"],
            story.Pictures.Take(4).Select(picture => picture.Key.Replace("_end", "", StringComparison.Ordinal)).Distinct());
        Assert.Contains("horizon", story.Pictures.Select(picture => picture.Key));
        Assert.NotEqual(Standing.Unknown, story.Verdict!.Standing);

        // What is written is what is read, gaps too.
        string json = StoryFile.ToJson(story);
        Assert.Equal(json, StoryFile.ToJson(StoryFile.Parse(json)));
        Assert.Equal(json, File.ReadAllText(_folder.File($"{folder}/story.json")));
    }

    [Fact]
    public void What_is_no_story_is_none()
    {
        Assert.Null(StoryFile.Read(_folder.File("none.json")));
        foreach (string text in (string[])["", "{", "[]", "null", "{\"name\":1}"])
        {
            File.WriteAllText(_folder.File("bad.json"), text);
            Assert.Null(StoryFile.Read(_folder.File("bad.json")));
        }

        var gap = new RunStory("a", "b")
        {
            Pictures = [new Picture("k", "t") { Chart = new Chart("x", "y") { Lines = [new ChartLine("l", ChartRole.Actual, [1, 2], [double.NaN, 3])] } }],
        };
        Assert.Equal([double.NaN, 3], StoryFile.Parse(StoryFile.ToJson(gap)).Pictures[0].Chart!.Lines[0].Y);
    }

    [Fact]
    public void Machines_and_faults_come_from_events_and_ten_thousand_of_them_are_bounded()
    {
        var overview = new RunOverview(PreparedRun.Create("events", RunSpecification.ForDataFile(null).With(Tiny)), new RunFolder(_folder.File("events")));
        var recorder = new StoryRecorder(overview);
        recorder.Observe(new WorkersJoined("a:1", 2));
        recorder.Observe(new WorkersJoined("b:2", 3));
        recorder.Observe(Step(5, 0));
        recorder.Observe(new ShardsMoved(5, "b:2", 4, "is slow"));
        recorder.Observe(new WorkersLost("b:2", 3, "the other side closed the connection"));
        for (int i = 0; i < 10_000; i++) recorder.Observe(new CheckpointSaved(5 + i, "x", "hash"));
        recorder.Observe(new WorkersLeft("a:1", 2));
        RunStory story = recorder.Read();

        StoryMachine lost = story.Machines.Single(machine => machine.Name == "b:2");
        Assert.Equal((StoryMachine.Lost, 5L, 1, 4L), (lost.State, lost.UntilStep!.Value, lost.Losses, lost.ShardsMoved));
        Assert.Equal(StoryMachine.Left, story.Machines.Single(machine => machine.Name == "a:1").State);
        Assert.Equal(StoryEvents.Max, story.Events.Count);
        Assert.Equal(10_005, story.Events.Count + story.EventsLeftOut);
        Assert.Equal(["workers_joined", "workers_joined", "shards_moved", "workers_lost"], story.Events.Take(4).Select(happened => happened.Kind));
        Assert.True(story.Events[3].IsWarning);
    }

    [Fact]
    public void Speed_is_that_of_the_coordinators_clock_whatever_waits_for_the_news()
    {
        var overview = new RunOverview(PreparedRun.Create("speed", RunSpecification.ForDataFile(null).With(Tiny)), new RunFolder(_folder.File("speed")));
        var recorder = new StoryRecorder(overview);
        for (int step = 1; step <= 100; step++) recorder.Observe(Step(step, 0.1 * step));
        Assert.All(recorder.Read().Curve(CurveKeys.TokensPerSecond)!.Values, speed => Assert.Equal(500, speed, 1e-6));
    }

    private static StepDone Step(long step, double seconds) =>
        new(TrainingProgress.Start with { Step = step }, 1, 2, 0.1f, 50) { Elapsed = TimeSpan.FromSeconds(seconds) };

    private Task<RunReport?> TrainAsync(string folder, long? maxSteps) => new TrainingSession(
        new RunOverview(PreparedRun.Create(folder, RunSpecification.ForDataFile(null).With(Tiny), maxSteps), new RunFolder(_folder.File(folder)))
        {
            Offered = 2,
            Command = $"rnnactors train {folder}",
        }).TrainNewAsync();
}
