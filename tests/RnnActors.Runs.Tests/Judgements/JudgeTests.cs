using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Judgements;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Sessions;
using RnnActors.Runs.Tests.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Judgements;

public sealed class JudgeTests : IDisposable
{
    private static readonly string[] Tiny =
        ["data.window=6", "data.horizon=3", "model.0.lstm=4", "training.batch=64", "training.epochs=2", "training.earlyStopping=null"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_built_in_example_is_well() => Assert.Empty(Judge.Of(Example()));

    [Theory]
    [InlineData("model=[{\"lstm\":4},{\"dense\":\"targets\",\"activation\":\"sigmoid\"}]", "target_out_of_range", FindingSeverity.Problem,
        "training targets reach from")]
    [InlineData("model.0.lstm=260", "too_many_parameters", FindingSeverity.Note, "parameters are fitted to")]
    public void A_model_that_does_not_suit_the_data_is_found(string change, string key, FindingSeverity severity, string words)
    {
        Finding found = Assert.Single(Judge.Of(Example(change)));
        Assert.Equal((key, severity), (found.Key, found.Severity));
        Assert.Contains(words, found.What, StringComparison.Ordinal);
    }

    /// <summary>A recording has one sequence of symbols, which CTC aligns: it is one row, however long it is.</summary>
    [Fact]
    public void Of_transcripts_rows_are_counted()
    {
        RunSpecification specification = KindRuns.Of("transcribe", _folder).Single().Run.Specification.With(["model.0.gru=30"]);
        Finding found = Assert.Single(Judge.Of(PreparedRun.Create("words", specification)), finding => finding.Key == "too_many_parameters");
        Assert.Contains("training rows, ", found.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_of_the_test_part_alone_that_are_out_of_range_are_found()
    {
        // Scaled to [0, 1] by the training rows; the series rises.
        string rows = string.Concat(Enumerable.Range(0, 400).Select(t => FormattableString.Invariant($"{(t * 7919 % 101) + (t / 4.0)}\n")));
        RunSpecification specification = RunSpecification.ForDataFile(_folder.Write("rising.csv", "y\n" + rows), ["data.targets=[\"y\"]"]).With(
            [.. Tiny, "data.normalize=\"none\"", "data.scale=\"minMax\"", "model=[{\"lstm\":4},{\"dense\":\"targets\",\"activation\":\"sigmoid\"}]"]);
        Finding found = Assert.Single(Judge.Of(PreparedRun.Create("rising", specification)));
        Assert.Equal(("target_out_of_range", FindingSeverity.Warning), (found.Key, found.Severity));
        Assert.Contains("but the test targets reach from", found.What.Replace("validation", "test", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_that_are_in_two_parts_are_found_unless_they_are_few()
    {
        Finding[] Of(int repeats)
        {
            string Words(int i) => $"w{i} v{i * 7 % 13} u{i * 3 % 11}";
            string rows = string.Concat(Enumerable.Range(0, 1000)
                .Select(i => $"{Words(i % 5 == 0 && i / 5 < repeats ? i + 1 : i)}\t{(i / 5 % 2 == 0 ? "x" : "y")}\n"));
            RunSpecification specification = RunSpecification.ForDataFile(_folder.Write("a.tsv", "text\tlabel\n" + rows))
                .With(["data.split.test=\"line % 5 == 2\"", "data.split.validation=0", "training.earlyStopping=null", "model.1.lstm=4"]);
            return [.. Judge.Of(PreparedRun.Create("a", specification)).Where(finding => finding.Key == "rows_in_two_parts")];
        }

        Assert.Empty(Of(0));
        Assert.Empty(Of(1));
        Assert.Equal(FindingSeverity.Note, Assert.Single(Of(4)).Severity);
        Finding found = Assert.Single(Of(60));
        Assert.Equal(FindingSeverity.Warning, found.Severity);
        Assert.Contains("60 of 200 test rows (30 %)", found.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_tells_its_view_and_its_story_once_and_a_resumed_one_keeps_it()
    {
        var view = new Listener();
        var run = new RunOverview(Example("model.0.lstm=120", "data.split.train=0.2", "training.epochs=1"), new RunFolder(_folder.File("run"))) { Offered = 1 };
        var report = await new TrainingSession(run, view).TrainNewAsync();
        Assert.Equal(["too_many_parameters"], view.Keys);
        Assert.Equal(view.Keys, report!.Story!.Findings.Select(finding => finding.Key));
        var again = Runs.Trained.Resumption.Prepare(Runs.Trained.TrainedRun.Open(_folder.File("run")), ["training.epochs=2"]);
        Assert.Equal(view.Keys, (await new TrainingSession(again, view).ResumeAsync())!.Story!.Findings.Select(finding => finding.Key));
        Assert.Single(view.Keys);
    }

    [Fact]
    public void Cost_is_steps_and_validations_and_what_checkpoints_are_written_from()
    {
        PreparedRun run = Example();
        TrainingPlan plan = run.Plan;
        double validated = run.Job.Training.Epochs * (double)run.Job.Validation!.Rows / run.Job.Data.Rows * plan.Order.BatchesPerEpoch / 3;
        RunCost cost = RunCost.Of(run.Job, TimeSpan.FromMilliseconds(10), 1_000_000, scoring: null);
        Assert.Equal(10 * (plan.LastStep + validated), cost.Training.TotalMilliseconds, 0);
        Assert.Equal(1_000_000 + (5 * 4 * run.Model.Layout.Length), cost.Memory - 12_000_000);
        long scored = RunCost.Of(run.Job, TimeSpan.Zero, 0, scoring: 0).Memory;
        Assert.True(scored > RunCost.Of(run.Job, TimeSpan.Zero, 0, scoring: null).Memory);
        Assert.Equal(scored + 5000, RunCost.Of(run.Job, TimeSpan.Zero, 0, scoring: 5000).Memory);
        Assert.InRange(run.Task.ScoringBytes, 8L * run.Task.Validation!.Rows, 100L * (run.Task.Validation.Rows + run.Task.Test!.Rows));
    }

    [Fact]
    public void A_step_is_the_mean_of_the_later_half()
    {
        // 100, 50, 20 while code is compiled; then 10, 10, 40 (another program), 20.
        TimeSpan[] ends = [.. new[] { 0, 100, 150, 170, 180, 190, 230, 250 }.Select(ms => TimeSpan.FromMilliseconds(ms))];
        Assert.Equal(TimeSpan.FromMilliseconds(20), RunCost.StepOf(ends));
    }

    [Fact]
    public void A_pause_does_not_decide_what_a_step_takes()
    {
        double at = 0;
        TimeSpan[] ends = [.. Enumerable.Range(0, 401).Select(step => TimeSpan.FromMilliseconds(at += step < 100 ? 5 : step is > 300 and <= 360 ? 9 : 1))];
        Assert.Equal(1, RunCost.StepOf(ends).TotalMilliseconds, 3);
    }

    [Fact]
    public async Task Measuring_changes_no_bit_and_leaves_no_file()
    {
        string[] changes = ["training.epochs=2", "training.batch=16"];
        var plain = new RunOverview(Example(changes), new RunFolder(_folder.File("plain"))) { Offered = 2 };
        var other = new RunOverview(Example(changes), new RunFolder(_folder.File("measured"))) { Offered = 2 };
        RunOverview measured = await CostMeasurement.MeasuredAsync(other, TimeSpan.Zero);
        Assert.True(measured.Expected is { Time.Ticks: > 0, Memory: > 10_000_000 });
        Assert.False(Directory.Exists(_folder.File("measured")));
        Assert.Equal((await new TrainingSession(plain).TrainNewAsync())!.ParameterHash, (await new TrainingSession(measured).TrainNewAsync())!.ParameterHash);
    }

    private static PreparedRun Example(params string[] changes) => PreparedRun.Create("run", RunSpecification.ForDataFile(null).With([.. Tiny, .. changes]));

    private sealed class Listener : IRunView
    {
        public List<string> Keys { get; } = [];

        public void Found(Finding finding) => Keys.Add(finding.Key);
    }
}
