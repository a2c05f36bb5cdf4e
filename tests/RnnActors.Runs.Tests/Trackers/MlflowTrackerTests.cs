using System.Text;
using System.Text.Json.Nodes;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Stories;
using RnnActors.Runs.Trackers;
using RnnActors.Runs.Trackers.Mlflow;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trackers;

public sealed class MlflowTrackerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_is_there_with_parameters_curves_and_its_end()
    {
        using var server = new MlflowServer();
        RunReport report = (await TrainAsync("run", server, command: "rnnactors train x"))!;
        Assert.Empty(server.Faults);
        ServedRun run = Assert.Single(server.Runs);
        Assert.Equal(("1", "run", "rnnactors train x", "forecast"), (run.Experiment, run.Name, run.Tags["mlflow.source.name"], run.Tags["rnnactors.task"]));
        Assert.Equal(["RUNNING", "FINISHED"], run.Statuses);
        Assert.True(run.Ended >= run.Started);
        Assert.Equal(("4", "64", "mse"), (run.Parameters["training.epochs"], run.Parameters["training.batch"], run.Parameters["training.loss"]));
        Assert.Equal("4", run.Parameters["model.0.lstm"]);
        foreach (string key in (string[])[CurveKeys.Loss, CurveKeys.EpochLoss, CurveKeys.Validation, CurveKeys.LearningRate, CurveKeys.GradientNorm])
        {
            StoryCurve curve = report.Story!.Curve(key)!;
            Assert.Equal(curve.At.Zip(curve.Values, (at, value) => ((long)at, value)), Of(run, key));
        }

        Assert.Equal([(report.Progress.Step, report.Score!.Metrics["rmse"])], Of(run, "test_rmse"));
    }

    [Fact]
    public async Task A_run_that_goes_on_is_the_same_run_there()
    {
        using var server = new MlflowServer();
        Assert.NotNull(await TrainAsync("run", server, maxSteps: 7));
        Assert.NotNull(await ResumeAsync("run", server));
        Assert.Empty(server.Faults);
        ServedRun run = Assert.Single(server.Runs);
        Assert.Equal(["RUNNING", "FINISHED", "RUNNING", "FINISHED"], run.Statuses);
        long[] steps = [.. Of(run, CurveKeys.Loss).Select(point => point.Step)];
        Assert.Equal(Enumerable.Range(1, steps.Length).Select(step => (long)step), steps);
    }

    [Fact]
    public async Task Calls_keep_the_limits_of_the_server()
    {
        using var server = new MlflowServer();
        var tracker = new MlflowTracker(Options(server) with { Interval = TimeSpan.FromHours(1) });
        var specification = new JsonObject(Enumerable.Range(0, 250)
            .Select(i => KeyValuePair.Create($"key ü{i}", (JsonNode?)JsonValue.Create(new string('x', 400 + i)))));
        for (int step = 1; step <= 2500; step++) tracker.PointAdded(new(CurveKeys.Loss, step, 1.0 / step, DateTimeOffset.UtcNow));
        tracker.Begins(Overview("run"), new RunStory("run", "forecast") { Specification = specification.ToJsonString(), Question = "?" });
        await tracker.EndsAsync(new(TrackedStatus.Finished, null, []));
        Assert.Empty(server.Faults);
        Assert.Empty(tracker.TakeNews());
        Assert.Equal([1000, 1000, 500], server.Batches);
        Assert.Equal(250, Assert.Single(server.Runs).Parameters.Count);
        Assert.Equal(Enumerable.Range(1, 2500).Select(step => (long)step), server.Runs[0].Metrics.Select(metric => metric.Step));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task A_server_that_is_away_for_a_while_gets_all_of_it_later_and_it_is_said_once(int status)
    {
        using var server = new MlflowServer { Failing = status };
        var tracker = new MlflowTracker(Options(server));
        tracker.Begins(Overview("run"), new RunStory("run", "forecast") { Question = "?" });
        for (int step = 1; step <= 30; step++) tracker.PointAdded(new(CurveKeys.Loss, step, step, DateTimeOffset.UtcNow));
        await server.WhenAsync(() => server.Calls.Count >= 4);
        server.Failing = 0;
        await server.WhenAsync(() => server.Runs is [{ Metrics.Count: 30 }]);
        await tracker.EndsAsync(new(TrackedStatus.Finished, null, []));
        Assert.Empty(server.Faults);
        Assert.Equal(["RUNNING", "FINISHED"], Assert.Single(server.Runs).Statuses);
        IReadOnlyList<string> news = tracker.TakeNews();
        Assert.Equal(2, news.Count);
        Assert.Contains($"is away: it answers {status}", news[0], StringComparison.Ordinal);
        Assert.Matches("\\d+ values wait for it", news[0]);
        Assert.EndsWith("is back", news[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_server_that_never_came_has_not_taken_is_sent_when_the_run_is_resumed()
    {
        int port = MlflowServer.FreePort();
        var away = new MlflowOptions(new Uri($"http://127.0.0.1:{port}"), "tries")
        {
            LongestEnd = TimeSpan.FromMilliseconds(200),
            FirstPause = TimeSpan.FromMilliseconds(5),
        };
        var view = new Listener();
        RunReport report = (await TrainAsync("run", new MlflowTracker(away), view: view))!;
        Assert.Contains(view.Warnings, warning => warning.Contains("is away", StringComparison.Ordinal));
        Assert.Contains(view.Warnings, warning => warning.Contains($"--mlflow http://127.0.0.1:{port} --mlflow-experiment 'tries'", StringComparison.Ordinal));

        // The run is complete: nothing is left to train, and it is sent all the same.
        using var server = new MlflowServer(port);
        var tracker = new MlflowTracker(away with { LongestEnd = TimeSpan.FromSeconds(30) });
        TrainedRun trained = TrainedRun.Open(_folder.File("run"));
        var session = new TrainingSession(Resumption.Prepare(trained)) { Trackers = [tracker] };
        SessionOutcome outcome = session.AlreadyFinished(trained.State, trained.Checkpoint.Path);
        session.BeginTrackers(outcome);
        File.WriteAllText(_folder.File("loss.png"), "a picture");
        await session.EndTrackersAsync(new(TrackedStatus.Finished, session.Report(outcome).Story, [_folder.File("loss.png")]));
        Assert.Empty(server.Faults);
        ServedRun run = Assert.Single(server.Runs);
        Assert.Equal("FINISHED", run.Statuses[^1]);
        Assert.Equal("a picture", Encoding.UTF8.GetString(run.Files["loss.png"]));
        StoryCurve curve = report.Story!.Curve(CurveKeys.Loss)!;
        Assert.Equal(curve.At.Zip(curve.Values, (at, value) => ((long)at, value)), Of(run, CurveKeys.Loss));
        Assert.DoesNotContain("\"step\"", File.ReadAllText(Path.Combine(_folder.File("run"), "mlflow.json")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_checkpoint_keeps_what_waits_so_that_a_killed_run_loses_nothing()
    {
        using var server = new MlflowServer { Failing = 503 };
        var tracker = new MlflowTracker(Options(server) with { FirstPause = TimeSpan.FromHours(1), LongestPause = TimeSpan.FromHours(1) });
        RunOverview run = Overview("run");
        Directory.CreateDirectory(run.Folder.Path);
        using var watcher = new FileSystemWatcher(run.Folder.Path);
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        watcher.Renamed += (_, changed) =>
        {
            if (changed.Name == "mlflow.json") written.TrySetResult();
        };
        watcher.EnableRaisingEvents = true;
        for (int step = 1; step <= 12; step++) tracker.PointAdded(new(CurveKeys.Loss, step, step, DateTimeOffset.UtcNow));
        tracker.Begins(run, new RunStory("run", "forecast") { Question = "?" });
        tracker.Saved(10, "somewhere");
        await written.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(12, MlflowFile.Read(run.Folder.File("mlflow.json"), server.Address, "tries")!.Waiting.Count);
        Assert.Null(MlflowFile.Read(run.Folder.File("mlflow.json"), "http://elsewhere", "tries"));
    }

    [Fact]
    public async Task A_server_that_does_not_know_us_is_said_and_the_run_goes_on()
    {
        using var server = new MlflowServer { Authorization = "Bearer secret" };
        var view = new Listener();
        Assert.NotNull(await TrainAsync("run", new MlflowTracker(Options(server)), view: view));
        Assert.Contains(view.Warnings, warning => warning.Contains("refuses the run: it answers 401 who are you?", StringComparison.Ordinal));
        Assert.DoesNotContain(view.Warnings, warning => warning.Contains("secret", StringComparison.Ordinal));

        MlflowOptions known = MlflowOptions.Parse(server.Address, null, name => name == MlflowOptions.TokenVariable ? "secret" : null);
        Assert.NotNull(await TrainAsync("known", new MlflowTracker(known)));
        Assert.Equal("FINISHED", Assert.Single(server.Runs).Statuses[^1]);
    }

    [Fact]
    public async Task Files_that_only_the_servers_own_client_could_bring_stay_where_they_are()
    {
        using var server = new MlflowServer { ArtifactScheme = "s3://bucket/" };
        var tracker = new MlflowTracker(Options(server));
        tracker.Begins(Overview("run"), new RunStory("run", "forecast") { Question = "?" });
        await tracker.EndsAsync(new(TrackedStatus.Failed, null, [_folder.Write("a.png", "a"), _folder.Write("b.png", "b")]));
        Assert.Contains("s3://bucket/", Assert.Single(tracker.TakeNews()), StringComparison.Ordinal);
        Assert.Equal(["RUNNING", "FAILED"], Assert.Single(server.Runs).Statuses);
    }

    [Theory]
    [InlineData("localhost:5000", null, null, "is no address")]
    [InlineData("ftp://host", null, null, "is no address")]
    [InlineData("http://ann:pw@host", null, null, "others can read it")]
    [InlineData("http://host", "ann", null, "MLFLOW_TRACKING_USERNAME is set")]
    [InlineData("http://host", null, "pw", "MLFLOW_TRACKING_PASSWORD is set")]
    public void What_cannot_be_used_is_refused(string server, string? user, string? password, string words)
    {
        var e = Assert.Throws<InvalidInputException>(() => MlflowOptions.Parse(
            server, null, name => name == MlflowOptions.UserVariable ? user : name == MlflowOptions.PasswordVariable ? password : null));
        Assert.Contains(words, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", e.Message.Replace(server, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_and_its_password_are_told_as_basic_authorization() => Assert.Equal(
        "Basic YW5uOnB3", MlflowOptions.Parse("https://host/mlflow/", "e",
        name => name == MlflowOptions.UserVariable ? "ann" : name == MlflowOptions.PasswordVariable ? "pw" : null).Authorization!.ToString());

    [Fact]
    public void A_queue_that_is_full_thins_curves_by_step_and_keeps_their_order_and_epochs()
    {
        var queue = new MlflowQueue(100);
        for (int step = 1; step <= 5000; step++)
        {
            queue.Add(new(CurveKeys.Loss, step, 1, step));
            if (step % 500 == 0) queue.Add(new(CurveKeys.EpochLoss, step, 1, step));
            Assert.InRange(queue.Count, 1, 100);
        }

        IReadOnlyList<MlflowMetric> kept = queue.Read();
        Assert.Equal(10, kept.Count(metric => metric.Key == CurveKeys.EpochLoss));
        long[] steps = [.. kept.Where(metric => metric.Key == CurveKeys.Loss).Select(metric => metric.Step)];
        Assert.Equal(steps.Order(), steps);
        Assert.Equal(1, steps[0]);
        Assert.Equal(5010, queue.Forgotten + kept.Count);

        // What is being sent stays as it is.
        IReadOnlyList<MlflowMetric> taken = queue.Take(20);
        for (int step = 6000; step < 7000; step++) queue.Add(new(CurveKeys.Loss, step, 1, step));
        Assert.Equal(taken, queue.Take(1000));
        queue.Done();
        Assert.NotEqual(taken, queue.Take(20));
    }

    private static IEnumerable<(long Step, double Value)> Of(ServedRun run, string key) =>
        run.Metrics.Where(metric => metric.Key == key).Select(metric => (metric.Step, metric.Value));

    private static MlflowOptions Options(MlflowServer server) => new(new Uri(server.Address), "tries")
    {
        FirstPause = TimeSpan.FromMilliseconds(5),
        LongestPause = TimeSpan.FromMilliseconds(20),
        Interval = TimeSpan.FromMilliseconds(20),
        LongestEnd = TimeSpan.FromSeconds(60),
    };

    private Task<RunReport?> TrainAsync(string name, MlflowServer server, long? maxSteps = null, string? command = null) =>
        TrainAsync(name, new MlflowTracker(Options(server)), maxSteps, command);

    private async Task<RunReport?> TrainAsync(string name, ITracker tracker, long? maxSteps = null, string? command = null, IRunView? view = null)
    {
        var session = new TrainingSession(Overview(name, maxSteps) with { Command = command }, view) { Trackers = [tracker] };
        return await session.TrainNewAsync();
    }

    private async Task<RunReport?> ResumeAsync(string name, MlflowServer server)
    {
        RunOverview resumed = Resumption.Prepare(TrainedRun.Open(_folder.File(name)));
        return await new TrainingSession(resumed) { Trackers = [new MlflowTracker(Options(server))] }.ResumeAsync();
    }

    private RunOverview Overview(string name, long? maxSteps = null)
    {
        PreparedRun run = PreparedRun.Create(name, RunSpecification.ForDataFile(null).With(TrackedRuns.Tiny), maxSteps);
        return new(run, new RunFolder(Directory.CreateDirectory(_folder.File(name)).FullName)) { Offered = 2 };
    }

    private sealed class Listener : IRunView
    {
        public List<string> Warnings { get; } = [];

        public void Warned(string warning) => Warnings.Add(warning);
    }
}
