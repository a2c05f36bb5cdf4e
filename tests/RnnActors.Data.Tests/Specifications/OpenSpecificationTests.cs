using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Tasks.Forecasting.Windows;
using Xunit;

namespace RnnActors.Data.Tests.Specifications;

public sealed class OpenSpecificationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<string, string, string> Files => new()
    {
        { "forecast", "prices.csv", "date,price\n" + Lines(60, i => $"{new DateTime(2024, 1, 1).AddDays(i):yyyy-MM-dd},{i % 7}") },
        { "language-model", "text.txt", Lines(40, i => $"What was said on day {i} was said again.") },
        { "classify", "reviews.tsv", "sentence\tlabel\n" + Lines(40, i => $"it is number {i}\t{(i % 2 == 0 ? "even" : "odd")}") },
        { "translate", "pairs.txt", Lines(40, i => $"it is number {i}.\tc'est le nombre {i}.") },
        { "tag", "words.conllu", Lines(30, i => $"1\tnumber\tnumber\tNOUN\t_\t_\t0\troot\t_\t_\n2\t{i}\t{i}\tNUM\t_\t_\t1\tnummod\t_\t_\n") },
    };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Files))]
    public void Without_model_and_training_it_is_what_the_file_alone_would_be(string task, string name, string content)
    {
        string path = Write(name, content);
        RunSpecification open = Parse($$"""{ "task": "{{task}}", "data": { "path": "{{name}}" } }""");

        Assert.Equal(RunSpecification.ForDataFile(path, task: task).WithFullPaths().ToJson(), open.WithFullPaths().ToJson());
        Assert.Equal(open.ToJson(), RunSpecification.Parse(open.ToJson(), "canonical", _folder).ToJson());
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_it_says_stays_as_it_is(string task, string name, string content)
    {
        Write(name, content);
        RunSpecification open = Parse(
            $$"""{ "task": "{{task}}", "data": { "path": "{{name}}" }, "training": { "epochs": 77, "seed": 5 }, "checkpoint": { "keep": 9 } }""");
        RunSpecification alone = Parse($$"""{ "task": "{{task}}", "data": { "path": "{{name}}" } }""");

        Assert.Equal((77, 5UL, 9), (open.Training.Epochs, open.Training.Seed, open.Checkpoint.Keep));
        Assert.Equal(alone.ToJson(), (open with { Training = open.Training with { Epochs = alone.Training.Epochs, Seed = alone.Training.Seed } } with
        {
            Checkpoint = open.Checkpoint with { Keep = alone.Checkpoint.Keep },
        }).ToJson());
        Assert.Equal(name, open.Data.File);
    }

    [Fact]
    public void Keys_of_the_data_are_not_found_by_looking_where_they_are_given()
    {
        Write("prices.csv", "date,price,volume\n" + Lines(60, i => $"{new DateTime(2024, 1, 1).AddDays(i):yyyy-MM-dd},{i % 7},{i}"));
        RunSpecification open = Parse(
            """{ "task": "forecast", "data": { "path": "prices.csv", "targets": ["price"], "window": 3, "season": null } }""");
        var data = (ForecastDataSpec)open.Data;
        Assert.Equal(("price", 3, null), (data.Targets.Single(), data.Window, data.Season));
    }

    [Fact]
    public void A_file_for_each_part_needs_no_path()
    {
        string lines = "sentence\tlabel\n" + Lines(40, i => $"it is number {i}\t{(i % 2 == 0 ? "even" : "odd")}");
        Write("a.tsv", lines);
        Write("b.tsv", lines);
        var data = (ClassificationDataSpec)Parse("""{ "task": "classify", "data": { "train": "a.tsv", "test": "b.tsv" } }""").Data;
        Assert.Equal((null, "a.tsv", "b.tsv", "label"), (data.Path, data.Train, data.Test, data.Label));
    }

    [Fact]
    public void A_model_of_ones_own_may_leave_the_training_open()
    {
        Write("prices.csv", "price\n" + Lines(60, i => $"{i % 7}"));
        RunSpecification open = Parse("""{ "task": "forecast", "data": { "path": "prices.csv" }, "model": [{ "gru": 3 }, { "dense": "targets" }] }""");
        Assert.Equal(2, open.Model.Layers.Count);
        Assert.Equal(Parse("""{ "task": "forecast", "data": { "path": "prices.csv" } }""").Training, open.Training);
    }

    [Theory]
    [InlineData("""{ "task": "classify", "data": { "path": "reviws.tsv" } }""",
        "s.json:1:41: data.path is \"reviws.tsv\", and there is no such file. Did you mean \"reviews.tsv\"?")]
    [InlineData("""{ "task": "classify", "data": { "path": "reviews.tsv", "lable": "x" } }""",
        "s.json:1:65: unknown key \"lable\" in data. Did you mean \"label\"?")]
    [InlineData("""{ "task": "classify", "data": { "path": "reviews.tsv" }, "training": { "loss": "mse" } }""",
        "s.json:1:80: the loss mse does not fit the task: a classifier predicts labels.")]
    [InlineData("""{ "task": "clasify", "data": { "path": "reviews.tsv" } }""", "s.json:1:11: unknown value \"clasify\" in task. Did you mean \"classify\"?")]
    [InlineData("""{ "task": "classify" }""", "s.json:1:1: the specification lacks the key \"data\".")]
    [InlineData("""{ "task": "classify", "data": "reviews.tsv" }""", "s.json:1:31: data must be ")]
    [InlineData("""{ "task": "classify", "data": { "path": "reviews.tsv" }, "model": 3 }""", "s.json:1:67: model must be ")]
    public void What_is_wrong_is_said_with_its_place(string text, string message)
    {
        Write("reviews.tsv", "sentence\tlabel\n" + Lines(40, i => $"it is number {i}\t{(i % 2 == 0 ? "even" : "odd")}"));
        Assert.StartsWith(message, Assert.Throws<InvalidInputException>(() => Parse(text)).Message, StringComparison.Ordinal);
    }

    private static string Lines(int count, Func<int, string> line) => string.Concat(Enumerable.Range(0, count).Select(i => line(i) + "\n"));

    private RunSpecification Parse(string text) => RunSpecification.Parse(text, "s.json", _folder);

    private string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
