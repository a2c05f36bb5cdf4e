using System.Globalization;
using System.Text.Json.Nodes;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>
/// A kind of task that stands in one file, <see cref="SumKind"/>, and is registered, needs no other to be read, trained, resumed, measured and asked.
/// </summary>
public sealed class ThirdKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _lines;

    public ThirdKindTests()
    {
        TaskKinds.Register(new SumKind());
        var random = new Random(1);
        _lines = _folder.Write("lines.sums",
            string.Join('\n', Enumerable.Range(0, 200).Select(_ => string.Join(' ', Enumerable.Range(0, 5).Select(_ => Text(random.NextDouble() - 0.2))))));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_listed_behind_the_others_and_stands_in_the_schema()
    {
        TaskKinds.Register(new SumKind());

        Assert.Equal("sum", TaskKinds.All[^1].Name);
        Assert.Throws<ArgumentException>(() => TaskKinds.Register(new Impostor()));
        Assert.Contains("sum", JsonNode.Parse(SpecificationSchema.Text)!["properties"]!["task"]!["enum"]!.AsArray().Select(name => (string?)name));
        Assert.Contains("Did you mean sum", Assert.Throws<InvalidInputException>(() => TaskKinds.Named("sun")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_specification_is_read_written_and_changed()
    {
        var run = RunSpecification.Parse(TaskKinds.Named("sum").Template, "template", _folder.Path, ["data.scale=2"]);

        Assert.IsType<SumKind>(run.Task);
        Assert.Equal(new SumData { Path = "lines.sums", Scale = 2 }, run.Data);
        Assert.Equal(_lines, run.DataPath);
        Assert.Equal(run.ToJson(), RunSpecification.Parse(run.ToJson(), "canonical", "").ToJson());
        Assert.Equal("data.scale: 2 → 3", Assert.Single(RunSpecification.Differences(run, run.With(["data.scale=3"]))).ToString());
        string loss = Assert.Throws<InvalidInputException>(() => run.With(["training.loss=\"mse\""])).Message;
        Assert.Contains("an adding machine predicts values", loss, StringComparison.Ordinal);
        Assert.Contains("Choose \"mae\".", loss, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_its_own_is_recognised_and_another_kinds_option_refused()
    {
        Assert.IsType<SumKind>(RunSpecification.ForDataFile(_lines).Task);
        Assert.Equal($"{_lines}: 200 lines", TaskKinds.ForFile(_lines, new HashSet<string>()).Summarize(_lines).Text);
        Assert.Equal(
            "--window means nothing for a list of lines. Leave it out.",
            Assert.Throws<InvalidInputException>(() => RunSpecification.ForDataFile(_lines, ["data.window=3"])).Message);
    }

    [Fact]
    public async Task It_is_trained_resumed_measured_and_asked()
    {
        var specification = RunSpecification.ForDataFile(_lines);
        var whole = await TrainAsync("whole", specification, null);
        Assert.Equal(2, whole!.Progress.Epoch);
        Assert.Equal("40 test lines", whole.Score!.Rows);
        Assert.Equal(["zero"], whole.Score.Baselines.Select(baseline => baseline.Key));
        Assert.Equal(whole.Score.Metrics["mae"] > whole.Score.Baselines[0].Metrics["mae"], whole.Score.IsBeaten);
        Assert.Equal(["predict", "evaluate", "resume"], whole.Next.Select(step => step.Arguments[0]));

        await TrainAsync("part", specification, maxSteps: 5);
        var resumed = await new TrainingSession(Resumption.Prepare(TrainedRun.Open(_folder.File("part")))).ResumeAsync();
        Assert.Equal(whole.ParameterHash, resumed!.ParameterHash);
        Assert.Equal(whole.Score.Metrics, resumed.Score!.Metrics);

        var trained = TrainedRun.Open(_folder.File("part"));
        Assert.Equal(whole.Score.Metrics, trained.Evaluate().Metrics);
        Assert.Equal("200 given lines", trained.Evaluate(_lines).Rows);
        Assert.Equal(200, trained.Predict(_lines).Rows);
        Assert.Equal("line,sum", trained.Predict().ToCsv().First());
        Assert.Contains("an adding machine, which adds up numbers. Use predict", Assert.Throws<InvalidInputException>(() => trained.Generate()).Message,
            StringComparison.Ordinal);
    }

    private async Task<RunReport?> TrainAsync(string folder, RunSpecification specification, long? maxSteps) =>
        await new TrainingSession(new RunOverview(PreparedRun.Create(folder, specification, maxSteps), new RunFolder(_folder.File(folder))) { Offered = 2 })
            .TrainNewAsync();

    private static string Text(double value) => value.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>Another kind with the name of one that is there.</summary>
    private sealed class Impostor : SumKind;
}
