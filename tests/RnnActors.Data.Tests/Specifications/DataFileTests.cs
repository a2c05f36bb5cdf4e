using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks.Forecasting.Windows;
using RnnActors.Data.Tasks.LanguageModeling;
using RnnActors.Data.Text;
using Xunit;

namespace RnnActors.Data.Tests.Specifications;

public sealed class DataFileTests : IDisposable
{
    private const string Price = "data.targets=[\"price\"]";

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("forecast")]
    [InlineData("language-model")]
    public void A_template_is_a_specification(string task) =>
        Assert.Equal(task, RunSpecification.Parse(TaskKinds.Named(task).Template, "template", "").Task.Name);

    [Fact]
    public void Without_a_file_the_built_in_series_is_forecast()
    {
        RunSpecification run = RunSpecification.ForDataFile(null);
        Assert.Null(run.DataPath);
        Assert.Equal(["x"], ((ForecastDataSpec)run.Data).Targets);
    }

    [Fact]
    public void A_table_becomes_a_forecast_with_the_options_given()
    {
        string path = Write("data.csv", "date,price,volume\n2024-01-01,1,2\n2024-01-02,2,3\n");
        RunSpecification run = RunSpecification.ForDataFile(path, [Price, "data.window=30", "data.horizon=2", "data.season=7"]);
        var data = (ForecastDataSpec)run.Data;

        Assert.Equal(path, run.DataPath);
        Assert.Equal(("price", 30, 2, 7), (data.Targets[0], data.Window, data.Horizon, data.Season));
        Assert.Equal(48, ((ForecastDataSpec)RunSpecification.ForDataFile(path, [Price, "data.season=48"]).Data).Window);
    }

    [Fact]
    public void A_summary_names_the_column_that_parts_the_rows_into_series()
    {
        IEnumerable<string> Rows(string shop) => Enumerable.Range(1, 9).Select(day => $"2024-01-0{day},{shop},{day % 4},{day * day}");
        string path = Write("shops.csv", $"date,shop,price,sales\n{string.Join('\n', Rows("A").Concat(Rows("B")))}\n");
        Assert.Equal(["--target", "sales", "--series", "shop"], TaskKinds.ForFile(path, new HashSet<string>()).Summarize(path).TrainArguments);
        path = Write("shop.csv", $"date,shop,price,sales\n{string.Join('\n', Rows("A"))}\n");
        Assert.Equal(["--target", "sales"], TaskKinds.ForFile(path, new HashSet<string>()).Summarize(path).TrainArguments);
    }

    [Fact]
    public void The_only_column_of_numbers_is_the_target()
    {
        string path = Write("data.csv", "\"Month\",\"Passengers\"\n\"1949-01\",112\n\"1949-02\",118\n");
        Assert.Equal(["Passengers"], ((ForecastDataSpec)RunSpecification.ForDataFile(path).Data).Targets);
    }

    [Fact]
    public void Several_columns_of_numbers_need_a_target()
    {
        string path = Write("data.csv", "date,price,volume\n2024-01-01,1,2\n2024-01-02,2,3\n");
        var problem = Assert.Throws<InvalidInputException>(() => RunSpecification.ForDataFile(path));
        Assert.EndsWith("and none is named to be forecast. Name it with --target: price, volume; or --target '*' for all.", problem.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_or_a_folder_becomes_a_language_model()
    {
        string path = Write("a.txt", "text");
        Assert.Equal("language-model", RunSpecification.ForDataFile(_folder).Task.Name);
        var data = (TextDataSpec)RunSpecification.ForDataFile(path, ["data.steps=32", "data.unit=bytes"]).Data;
        Assert.Equal((32, TextUnit.Bytes), (data.Steps, data.Unit));
    }

    [Fact]
    public void An_option_that_does_not_fit_is_refused()
    {
        string path = Write("a.txt", "text");
        Assert.Equal("--season means nothing for a text. Leave it out, or use --target if it is a table.", Refusal(path, "data.season=7"));
        Assert.Equal("--steps means nothing for a table. Leave it out, or use --window.", Refusal(null, "data.steps=7"));
        Assert.Equal("--series means nothing for a file of labelled examples. Leave it out, or use --id for series in a table.",
            Refusal(path, "data.label=\"y\"", "data.series=[\"x\"]"));
        Refusal(null, "data.horizon=0");
        Refusal(path + "x");
    }

    private static string Refusal(string? path, params string[] changes) =>
        Assert.Throws<InvalidInputException>(() => RunSpecification.ForDataFile(path, changes)).Message;

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
