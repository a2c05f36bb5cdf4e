using RnnActors.Core.Generation;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Specifications;
using RnnActors.Data.Trained;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>What a program of a user's own does with the library: no console, no working directory, no signal.</summary>
public sealed class LibraryTests : IDisposable
{
    private static readonly string[] Small = ["data.window=6", "data.horizon=2"];
    private static readonly string[] Smaller = ["model.0.lstm=4", "training.batch=64", "training.epochs=2", "data.split.train=0.2"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_that_is_cancelled_goes_on_to_the_same_bits()
    {
        string[] endless = ["training.epochs=100000", "training.earlyStopping=null"];
        using var stop = new CancellationTokenSource();
        var view = new Watcher { OnEpoch = stop.Cancel };
        Assert.Null(await new TrainingSession(Prepare("part", changes: endless), view).TrainNewAsync(cancellation: stop.Token));
        Assert.Equal(["started", "epoch 1"], view.Heard.Take(2));
        Assert.DoesNotContain("finished", view.Heard);

        var trained = TrainedRun.Open(_folder.File("part"));
        long end = trained.State.Progress.Step + 10;
        var resumed = await new TrainingSession(Resumption.Prepare(trained, maxSteps: end) with { Offered = 3 }).ResumeAsync();
        var whole = await new TrainingSession(Prepare("whole", end, endless)).TrainNewAsync();
        Assert.Equal(whole!.ParameterHash, resumed!.ParameterHash);
        Assert.Equal(whole.Score!.Metrics, resumed.Score!.Metrics);
    }

    [Fact]
    public async Task A_forecast_is_evaluated_and_predicts_from_its_folder_alone()
    {
        var view = new Watcher();
        var report = await new TrainingSession(Prepare("run"), view).TrainNewAsync();
        var trained = TrainedRun.Open(_folder.File("run"));

        Assert.Equal("finished", view.Heard[^1]);
        Assert.Equal(report!.ParameterHash, trained.HashOf());
        Assert.Equal(report.Score!.Metrics, trained.Evaluate().Metrics);
        Assert.Equal(report.Score.Metrics, trained.Evaluate(threads: 1).Metrics);
        var next = trained.Predict();
        Assert.Equal(["row", "x", "x_lower80", "x_upper80", "x_lower95", "x_upper95"], next.Columns.Select(column => column.Name));
        Assert.Equal(["3001", "3002"], next.Columns[0].Cells);
        Assert.All(next.Columns[1].Numbers!, value => Assert.InRange(value, 0, 2));
        Assert.Throws<InvalidInputException>(() => trained.Predict(_folder.File("missing.csv")));
        Assert.Throws<InvalidInputException>(() => trained.Generate());
    }

    [Fact]
    public async Task A_run_that_averages_its_parameters_predicts_with_them_and_goes_on_to_the_same_bits()
    {
        string[] averaging = ["training.averaging.startEpoch=1", "training.earlyStopping=null"];
        string[] longer = [.. averaging, "training.epochs=3"];
        var report = await new TrainingSession(Prepare("run", changes: averaging)).TrainNewAsync();
        var trained = TrainedRun.Open(_folder.File("run"));
        Assert.True(trained.State.IsAveraged);
        Assert.Equal(report!.ParameterHash, TrainingCheckpoint.Hash(trained.Model.Layout, trained.State.Average!));
        Assert.NotEqual(report.ParameterHash, TrainingCheckpoint.Hash(trained.Model.Layout, trained.State.Parameters));
        Assert.Equal(report.Score!.Metrics, trained.Evaluate().Metrics);
        var opened = TrainedCheckpoint.Open(_folder.File("run"), toTrain: false);
        foreach (var choice in new[] { ParameterChoice.Result, ParameterChoice.Last })
        {
            Assert.Equal(report.ParameterHash, trained.HashOf(choice));
            Assert.Equal(report.ParameterHash, TrainingCheckpoint.Hash(opened.Model.Layout, opened.Parameters(choice)));
        }

        var resumed = await new TrainingSession(Resumption.Prepare(trained, ["training.epochs=3"])).ResumeAsync();
        var whole = await new TrainingSession(Prepare("whole", changes: longer)).TrainNewAsync();
        Assert.Equal(whole!.ParameterHash, resumed!.ParameterHash);
        Assert.NotEqual(report.ParameterHash, whole.ParameterHash);
    }

    /// <summary>A recurrent path over segments of two steps, and a linear one that reads the whole window of six.</summary>
    [Fact]
    public async Task A_forecast_with_a_linear_path_is_evaluated_and_predicts_from_its_folder_alone()
    {
        const string model = """
            [ { "segments": 2 }, { "lstm": 4 }, { "flatten": "window", "reads": ["input"] },
              { "concatenate": true, "reads": ["lstm", "flatten"] }, { "dense": "targets" } ]
            """;
        var specification = RunSpecification.ForDataFile(null, Small).With([$"model={model}", .. Smaller.Skip(1)]);
        var report = await new TrainingSession(new RunOverview(PreparedRun.Create("test", specification), new RunFolder(_folder.File("run"))) { Offered = 2 })
            .TrainNewAsync();
        var trained = TrainedRun.Open(_folder.File("run"));

        Assert.Equal([2, 4 + 6], trained.Model.Layout["dense.weight"].Shape);
        Assert.Equal(report!.ParameterHash, trained.HashOf());
        Assert.Equal(report.Score!.Metrics, trained.Evaluate().Metrics);
        Assert.Equal(["3001", "3002"], trained.Predict().Columns[0].Cells);
    }

    [Fact]
    public async Task A_language_model_writes_the_same_text_for_the_same_seed()
    {
        string poem = _folder.Write("poem.txt", string.Concat(Enumerable.Repeat("the sea, the sky, the sea again\n", 60)));
        var specification = RunSpecification.ForDataFile(poem, ["data.steps=8"])
            .With(["model.0.embedding=4", "model.1.lstm=8", "training.batch=8", "training.epochs=1"]);
        await new TrainingSession(new RunOverview(PreparedRun.Create("poem", specification), new RunFolder(_folder.File("poem")))).TrainNewAsync();
        var trained = TrainedRun.Open(_folder.File("poem"));

        string Write(ulong seed)
        {
            using var text = trained.Generate("the ", new SamplingSpec { Seed = seed });
            Assert.Equal("characters", text.Unit);
            return string.Concat(Enumerable.Range(0, 40).Select(_ => text.Next())) + text.End();
        }

        Assert.Equal(Write(1), Write(1));
        Assert.NotEqual(Write(1), Write(2));
        Assert.Equal(40, Write(3).Length);
        Assert.Contains("generate", Assert.Throws<InvalidInputException>(() => trained.Predict()).Message, StringComparison.Ordinal);
        Assert.Contains("vocabulary", Assert.Throws<InvalidInputException>(() => trained.Generate("Q")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_keeps_its_run_unless_it_is_told_otherwise()
    {
        var first = await new TrainingSession(Prepare("run", maxSteps: 2)).TrainNewAsync();
        await Assert.ThrowsAsync<InvalidInputException>(() => new TrainingSession(Prepare("run")).TrainNewAsync());
        Assert.Equal(first!.ParameterHash, TrainedRun.Open(_folder.File("run")).HashOf());

        var second = await new TrainingSession(Prepare("run", maxSteps: 3)).TrainNewAsync(overwrite: true);
        Assert.Equal(second!.ParameterHash, TrainedRun.Open(_folder.File("run")).HashOf());
        Assert.NotEqual(first.ParameterHash, second.ParameterHash);
    }

    [Theory]
    [InlineData("data.window=7", "data.window is 6 in this run and cannot become 7")]
    [InlineData("training.seed=2", "training.seed is 1 in this run and cannot become 2")]
    public async Task What_makes_it_another_run_cannot_change(string change, string refusal)
    {
        await new TrainingSession(Prepare("run", maxSteps: 1)).TrainNewAsync();
        var refused = Assert.Throws<InvalidInputException>(() => Resumption.Prepare(TrainedRun.Open(_folder.File("run")), [change]));
        Assert.Contains(refusal, refused.Message, StringComparison.Ordinal);
    }

    private RunOverview Prepare(string folder, long? maxSteps = null, params string[] changes)
    {
        var specification = RunSpecification.ForDataFile(null, Small).With([.. Smaller, .. changes]);
        return new RunOverview(PreparedRun.Create("test", specification, maxSteps), new RunFolder(_folder.File(folder))) { Offered = 2 };
    }

    private sealed class Watcher : IRunView
    {
        public List<string> Heard { get; } = [];

        public Action OnEpoch { get; init; } = () => { };

        public void Started(RunOverview run) => Heard.Add("started");

        public void Happened(TrainingEvent happened, RunStatus status)
        {
            if (happened is not EpochDone epoch) return;
            Heard.Add($"epoch {epoch.Progress.Epoch}");
            OnEpoch();
        }

        public void Finished(RunReport report) => Heard.Add("finished");
    }
}
