using System.Globalization;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Sessions;

public sealed class BacktestTests : IDisposable
{
    private static readonly string[] Small = ["model=[{\"lstm\":4},{\"dense\":\"targets\"}]", "training.epochs=2", "training.earlyStopping=null"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The law: an origin is what a file that ends there gives.</summary>
    [Fact]
    public async Task An_origin_saw_no_later_row()
    {
        var backtest = new Backtest("waves", Waves(days: 120, "rest", 20), new RunFolder(_folder.File("test")), origins: 3, every: 5);
        BacktestReport report = (await backtest.RunAsync(_ => new Unwatched()))!;

        Assert.Equal(["2024-04-15", "2024-04-20", "2024-04-25"], report.Origins.Select(origin => origin.SeenUntil));
        for (int origin = 0; origin < 3; origin++)
        {
            var shorter = Waves(120 - (5 * (2 - origin)), "rest", 20).With(["data.split.test=4"]);
            PreparedRun alone = PreparedRun.Create("alone", shorter);
            Assert.Equal(alone.Task.DataHash, report.Origins[origin].DataHash);
            var trained = await new TrainingSession(new RunOverview(alone, new RunFolder(_folder.File($"alone-{origin}")))).TrainNewAsync();
            Assert.Equal(trained!.ParameterHash, report.Origins[origin].ParameterHash);
            Assert.Equal(trained.Score!.Metrics, report.Origins[origin].Score.Metrics);
        }

        Assert.Equal(report.Origins.Average(origin => origin.Score.Metrics["rmse"]), report.Mean["rmse"], 1e-12);
        Assert.Contains(report.Baselines, rival => rival.Key == "last_value");
    }

    [Fact]
    public async Task Training_once_keeps_parameters_and_a_stopped_backtest_goes_on_to_the_same_bits()
    {
        RunSpecification specification = Waves(120, "rest", 20);
        var once = (await new Backtest("w", specification, new RunFolder(_folder.File("once")), 3, 5) { Retrain = false }.RunAsync(_ => new Unwatched()))!;
        Assert.Single(once.Origins.Select(origin => origin.ParameterHash).Distinct());
        Assert.Equal(["2024-04-15", "2024-04-20", "2024-04-25"], once.Origins.Select(origin => origin.SeenUntil));
        Assert.Equal(3, once.Origins.Select(origin => origin.DataHash).Distinct().Count());

        using var stop = new CancellationTokenSource();
        var folder = new RunFolder(_folder.File("stopped"));
        Assert.Null(await new Backtest("w", specification, folder, 2, 5).RunAsync(
            origin => new Unwatched { OnFinished = origin == 0 ? stop.Cancel : () => { } }, stop.Token));
        var resumed = (await new Backtest("w", specification, folder, 2, 5) { Threads = 3 }.RunAsync(_ => new Unwatched()))!;
        var whole = (await new Backtest("w", specification, new RunFolder(_folder.File("whole")), 2, 5).RunAsync(_ => new Unwatched()))!;
        Assert.Equal(whole.Origins.Select(origin => origin.ParameterHash), resumed.Origins.Select(origin => origin.ParameterHash));
    }

    [Fact]
    public async Task Origins_side_by_side_have_the_same_bits_and_end_together()
    {
        RunSpecification specification = Waves(120, "rest", 20);
        var alone = (await new Backtest("w", specification, new RunFolder(_folder.File("alone")), 4, 5).RunAsync(_ => new Unwatched()))!;
        var together = (await new Backtest("w", specification, new RunFolder(_folder.File("together")), 4, 5) { AtOnce = 3, Threads = 3 }
            .RunAsync(_ => new Unwatched()))!;
        Assert.Equal(
            alone.Origins.Select(origin => (origin.SeenUntil, origin.DataHash, origin.ParameterHash)),
            together.Origins.Select(origin => (origin.SeenUntil, origin.DataHash, origin.ParameterHash)));
        Assert.All(alone.Origins.Zip(together.Origins), pair => Assert.Equal(pair.First.Score.Metrics, pair.Second.Score.Metrics));

        // The first origin cannot train: nobody begins behind it, and what it says is said.
        int begun = 0;
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => new Backtest("w", specification, new RunFolder(_folder.File("far")), 3, 60)
            .RunAsync(_ => new Unwatched { OnStarted = () => Interlocked.Increment(ref begun) }));
        Assert.Contains("120", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, begun);
    }

    [Fact]
    public async Task A_horizon_of_one_row_is_tested_on_one_row()
    {
        var specification = Waves(60, "0.7", 10).With(["data.horizon=1"]);
        var report = (await new Backtest("w", specification, new RunFolder(_folder.File("one")), 2, 1).RunAsync(_ => new Unwatched()))!;
        Assert.All(report.Origins, origin => Assert.StartsWith("1 window ", origin.Score.Rows, StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<InvalidInputException>(
            () => new Backtest("w", specification, new RunFolder(_folder.File("two")), 3, 40).RunAsync(_ => new Unwatched()));
        Assert.Contains("80", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_order_of_time_is_refused()
    {
        string text = _folder.Write("a.tsv", "text\tlabel\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"word {i}\t{(i % 2 == 0 ? "a" : "b")}\n")));
        var specification = RunSpecification.ForDataFile(text, [], "classify");
        var refused = Assert.Throws<InvalidInputException>(() => new Backtest("x", specification, new RunFolder(_folder.File("x")), 2, 1));
        Assert.Contains("order of time", refused.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidInputException>(() => new Backtest("x", Waves(60, "rest", 10), new RunFolder(_folder.File("x")), 0, 1));
    }

    [Fact]
    public async Task A_run_goes_on_with_longer_data_and_with_what_was_fitted()
    {
        var first = Waves(100, "0.7", 10);
        await new TrainingSession(new RunOverview(PreparedRun.Create("first", first), new RunFolder(_folder.File("first")))).TrainNewAsync();
        var trained = TrainedRun.Open(_folder.File("first"));
        string longer = Write("longer.csv", 140);
        RunOverview overview = Resumption.PrepareOn(trained, longer, [], _folder.File("second"));
        Assert.Equal(trained.State.Progress.Step, overview.Start.Step);
        var resumed = await new TrainingSession(overview).ResumeAsync();

        var second = TrainedRun.Open(_folder.File("second"));
        Assert.Equal(longer, second.Specification.DataPath);
        Assert.Equal(resumed!.ParameterHash, second.HashOf());
        Assert.Equal(Scale(trained), Scale(second));
        Assert.NotEqual(Scale(trained), PreparedRun.Create("anew", second.Specification).Task.Preparation.Split("\"scale\":{")[1].Split('}')[0]);
        Assert.Equal(resumed.Score!.Metrics, second.Evaluate().Metrics);
        Assert.Equal("2024-05-20", second.Predict().Columns[0].Cells[0]);

        static string Scale(TrainedRun run) => run.Identity.Preparation.Split("\"scale\":{")[1].Split('}')[0];
    }

    [Fact]
    public async Task Forecasts_go_on_beyond_the_horizon()
    {
        await new TrainingSession(new RunOverview(PreparedRun.Create("first", Waves(100, "0.7", 10)), new RunFolder(_folder.File("first")))).TrainNewAsync();
        var trained = TrainedRun.Open(_folder.File("first"));
        var near = trained.Predict();
        var far = trained.Predict(rows: 10);
        Assert.Equal((4, 10), (near.Rows, far.Rows));
        Assert.Equal(near.Columns[1].Cells, far.Columns[1].Cells.Take(4));
        Assert.Equal("2024-04-19", far.Columns[0].Cells[^1]);
        Assert.Equal("", far.Columns[2].Cells[4]);
        Assert.Equal(near.Columns[1].Cells.Take(2), trained.Predict(rows: 2).Columns[1].Cells);

        // The fifth row is what a file gives that ends with the first four forecasts.
        string[] lines = File.ReadAllLines(trained.Specification.DataPath!);
        string extended = _folder.Write("extended.csv", string.Join('\n', [.. lines, .. near.Columns[0].Cells.Zip(near.Columns[1].Numbers!, (day, value) =>
            string.Create(CultureInfo.InvariantCulture, $"{day},{value:R}"))]));
        Assert.Equal(trained.Predict(extended).Columns[1].Numbers!.Take(4), far.Columns[1].Numbers!.Skip(4).Take(4));
    }

    private RunSpecification Waves(int days, string train, int validation) => RunSpecification.ForDataFile(
        Write($"waves-{days}.csv", days), ["data.window=6", "data.horizon=4", "data.season=7", "data.normalize=none"])
        .With([.. Small, $"data.split={{\"train\":{(train == "rest" ? "\"rest\"" : train)},\"validation\":{validation},"
            + $"\"test\":{(train == "rest" ? 4 : 20)}}}"]);

    private string Write(string name, int days) => _folder.Write(name, "day,height\n" + string.Join('\n', Enumerable.Range(0, days).Select(day => string.Create(
        CultureInfo.InvariantCulture, $"{new DateTime(2024, 1, 1).AddDays(day):yyyy-MM-dd},{10 + Math.Sin(day * 0.9) + (0.1 * day):F4}"))) + "\n");

    private sealed class Unwatched : IRunView
    {
        public Action OnFinished { get; init; } = () => { };

        public Action OnStarted { get; init; } = () => { };

        public void Started(RunOverview run) => OnStarted();

        public void Finished(RunReport report) => OnFinished();
    }
}
