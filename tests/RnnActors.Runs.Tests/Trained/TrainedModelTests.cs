using RnnActors.Core.Problems;
using RnnActors.Data.Sound;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Trained;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>A program that loads a trained network gets what the commands give, to the bit.</summary>
public sealed class TrainedModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>All kinds of the library; a further one is found here until it has a case.</summary>
    public static TheoryData<string> Kinds => [.. TaskKinds.All.Where(kind => kind.GetType().Assembly == typeof(TaskKinds).Assembly).Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_answers_as_the_commands_do(string kind)
    {
        foreach (KindRun asked in KindRuns.Of(kind, _folder))
        {
            var model = TrainedModel.Load(asked.Run.Folder.Path);
            string expected = asked.ByCommand(asked.Run);
            Assert.Equal(expected, asked.ByProgram(model));
            Assert.Equal(expected, asked.ByProgram(TrainedModel.Load(asked.Run.Checkpoint.Path, ParameterChoice.Last, threads: 1)));
            model.WarmUp();
            Assert.Equal(expected, asked.ByProgram(model));
            Assert.Equal((kind, asked.Run.HashOf(), asked.Run.Checkpoint.Step), (model.Task.Name, model.ParameterHash, model.Step));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Any_number_of_threads_may_ask_it_at_once(string kind)
    {
        foreach (KindRun asked in KindRuns.Of(kind, _folder))
        {
            string expected = asked.ByCommand(asked.Run);
            var model = TrainedModel.Load(asked.Run.Folder.Path);
            string[] answers = new string[8];
            Parallel.For(0, answers.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => answers[i] = asked.ByProgram(model));
            Assert.All(answers, answer => Assert.Equal(expected, answer));
        }
    }

    /// <summary>Each kind has answers of a type of its own, and says which where another is asked for.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Its_records_say_what_its_tables_say(string kind)
    {
        foreach (KindRun asked in KindRuns.Of(kind, _folder))
        {
            var model = TrainedModel.Load(asked.Run.Folder.Path);
            asked.CheckRecords(model);
            Assert.Contains(kind == "language-model" ? "Use generate" : "Answer, not with a Table. Ask for Answer<", Refusal(() => model.Answer<Table>("a")),
                StringComparison.Ordinal);
        }
    }

    /// <summary>The validation rows, which say how wide intervals are, are read once and beforehand.</summary>
    [Fact]
    public void Warmed_up_it_has_done_what_the_first_question_would_wait_for()
    {
        KindRun asked = KindRuns.Forecast(_folder);
        var model = TrainedModel.Load(asked.Run.Folder.Path);
        string expected = asked.ByProgram(TrainedModel.Load(asked.Run.Folder.Path));
        model.WarmUp();
        File.Delete(_folder.File("all.csv"));
        Assert.Equal(expected, asked.ByProgram(model));
    }

    /// <summary>Rows behind the horizon come from forecasts and have no intervals, in records as in tables.</summary>
    [Fact]
    public void A_forecast_behind_its_horizon_is_the_same_as_records()
    {
        var model = TrainedModel.Load(KindRuns.Forecast(_folder, "data.targets=[\"b\",\"a\"]").Run.Folder.Path);
        DateTime[] days = [.. Enumerable.Range(0, 9).Select(i => new DateTime(2024, 5, 1).AddDays(i))];
        var recent = new Table("recent",
            [new Column("a", [.. days.Select((_, i) => 20.5 + i)]), new Column("b", [.. days.Select((_, i) => 5 + (0.3 * i))])], days, "day");
        IReadOnlyList<ForecastAnswer> answers = model.Answer<ForecastAnswer>(recent, rows: 5);
        AnswerChecks.Same(model.Predict(recent, rows: 5), answers);
        Assert.Equal([2, 2, 2, 0, 0], answers[0].Steps.Select(step => step["a"].Intervals.Count));
        Assert.Equal(new DateTime(2024, 5, 14), answers[0].Steps[^1].Time.Date);
        Assert.Contains("answered as a table", Refusal(() => model.Answer<ForecastAnswer>(new PredictionRequest(null, Paths: 3) { Table = recent })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void It_needs_no_training_data()
    {
        KindRun asked = KindRuns.Forecast(_folder);
        string withData = asked.ByProgram(TrainedModel.Load(asked.Run.Folder.Path));
        File.Delete(_folder.File("all.csv"));
        string without = asked.ByProgram(TrainedModel.Load(asked.Run.Folder.Path));

        // The validation rows say how wide intervals are; forecasts are the same.
        Assert.Contains("a_lower80", withData, StringComparison.Ordinal);
        Assert.DoesNotContain("a_lower80", without, StringComparison.Ordinal);
        Assert.Equal(withData.Split('\n')[..2], without.Split('\n'));
    }

    [Fact]
    public void What_a_network_does_not_read_is_refused_with_what_it_reads()
    {
        TrainedModel forecast = TrainedModel.Load(KindRuns.Forecast(_folder).Run.Folder.Path),
            sentences = TrainedModel.Load(KindRuns.Sentences(_folder).Run.Folder.Path);
        Table table = new("recent", [new Column("a", [1.0])]);

        Assert.StartsWith("a forecast reads a table, not single texts.", Refusal(() => forecast.Predict("a text")), StringComparison.Ordinal);
        Assert.StartsWith("a forecast reads a table, not sounds in memory.", Refusal(() => forecast.Predict(new Recording([0], 8000))),
            StringComparison.Ordinal);
        Assert.StartsWith("this network reads sentences, not tables in memory.", Refusal(() => sentences.Predict(table)), StringComparison.Ordinal);
        Assert.StartsWith("this network reads sentences, not series of numbers.", Refusal(() => sentences.Predict(new float[1, 1])), StringComparison.Ordinal);
        Assert.Contains("this run is a forecast, which predicts the next values of a series. Use predict", Refusal(() => forecast.Generate()),
            StringComparison.Ordinal);
        Assert.Contains("There is no column 'b'", Refusal(() => forecast.Predict(table)), StringComparison.Ordinal);
        Assert.Contains("the network looks back at 8",
            Refusal(() => forecast.Predict(new Table("recent", [new Column("a", [1.0, 2]), new Column("b", [1.0, 2])]))), StringComparison.Ordinal);
        Assert.Contains("there is no such run", Refusal(() => TrainedModel.Load(_folder.File("nothing"))), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Refusal(() => forecast.PredictFile(_folder.File("nothing.csv"))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused()
    {
        string file = KindRuns.Forecast(_folder).Run.Checkpoint.Path;
        byte[] bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Contains("damaged", Refusal(() => TrainedModel.Load(file)), StringComparison.Ordinal);
        Assert.Contains("none of its 1 checkpoints is whole", Refusal(() => TrainedModel.Load(_folder.File("forecast"))), StringComparison.Ordinal);
    }

    private static string Refusal(Func<object> asked) => Assert.Throws<InvalidInputException>(asked).Message;
}
