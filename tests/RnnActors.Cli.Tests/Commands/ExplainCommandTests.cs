using System.Globalization;
using System.Text.Json.Nodes;
using RnnActors.Cli.Commands;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

/// <summary><c>explain</c> of runs whose answers depend on what is known: one word alone, one column alone.</summary>
public sealed class ExplainCommandTests : IAsyncLifetime, IDisposable
{
    private static readonly string[] Fillers = ["the", "film", "was", "and", "it", "ran", "<b>"];

    private readonly TemporaryFolder _folder = new();
    private string _sentences = "", _series = "";

    public async Task InitializeAsync()
    {
        _sentences = _folder.File("sentences");
        string rows = string.Join('\n', Enumerable.Range(0, 300).Select(row =>
        {
            string[] words = [.. Enumerable.Range(0, 5).Select(i => Fillers[((row * 7) + (i * 3) + (row / 11)) % Fillers.Length])];
            words[row * 13 % 5] = row % 2 == 0 ? "good" : "bad";
            return $"{string.Join(' ', words)},{(row % 2 == 0 ? "yes" : "no")}";
        }));
        var classified = await CommandRun.OfAsync(
            "train", _folder.Write("sentences.csv", $"text,label\n{rows}\n"), "--json", "--no-plot", "--out", _sentences, "--set", "training.epochs=6",
            "--set", """training.optimizer={"adam":{"learningRate":0.02}}""",
            "--set", """model=[{"embedding":6},{"lstm":6},{"dense":"classes"}]""");
        Assert.Equal(0, classified.Code);
        _series = _folder.File("series");
        string values = string.Join('\n', Enumerable.Range(0, 500).Select(row => string.Create(
            CultureInfo.InvariantCulture, $"{Math.Sin(row / 5.0):F4},{Math.Sin(row * 1.7):F4}")));
        var forecast = await CommandRun.OfAsync(["train", _folder.Write("wave.csv", $"height,other\n{values}\n"), "--json", "--no-plot", "--out", _series,
            "--target", "height", .. CommandRun.Tiny]);
        Assert.Equal(0, forecast.Code);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("integrated-gradients")]
    [InlineData("occlusion")]
    [InlineData("input-gradient")]
    public async Task The_word_that_decides_has_the_weight(string method)
    {
        var explained = await CommandRun.OfAsync("explain", _sentences, "--text", "the film was good and it", "--method", method, "--json", "--no-plot");

        Assert.Equal(0, explained.Code);
        Assert.Equal("yes", (string)explained.Last["prediction"]!);
        JsonObject input = explained.Last["inputs"]![0]!.AsObject();
        double[] weights = [.. input["attributions"]!.AsArray().Select(step => (double)step![0]!)];
        Assert.Equal("good", (string)input["steps"]![Array.IndexOf(weights, weights.Max())]!);
        if (method == "integrated-gradients") Assert.Equal((double)explained.Last["output"]! - (double)explained.Last["baseline"]!, weights.Sum(), 0.05);
    }

    [Fact]
    public async Task A_page_and_pictures_are_written_that_escape_what_data_say()
    {
        string to = _folder.File("out");
        var explained = await CommandRun.OfAsync("explain", _sentences, "--text", "<b> good & <script>", "--out", to, "--unit", "2");

        Assert.Equal(0, explained.Code);
        foreach (string part in (string[])["The text", "What did most", "good", "so many steps back", "unit 2:", "Most certain", "Least certain"])
            Assert.Contains(part, explained.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(Path.Combine(to, ExplainCommand.PageFile));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;b&gt;", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 1, 2_000_000);
        foreach (string picture in (string[])["attributions.png", "attributions.svg", "gradient.png", "gradient.svg", "units-lstm.png", "units-lstm.svg"])
            Assert.True(new FileInfo(Path.Combine(to, picture)).Length > 1000);
    }

    [Fact]
    public async Task A_forecast_is_explained_by_columns_and_steps_in_its_own_unit()
    {
        var explained = await CommandRun.OfAsync("explain", _series, "--row", "2", "--step", "2", "--json", "--no-plot");

        Assert.Equal(0, explained.Code);
        Assert.Contains("height", (string)explained.Last["explained"]!, StringComparison.Ordinal);
        Assert.Contains("2 ahead", (string)explained.Last["explained"]!, StringComparison.Ordinal);
        JsonObject input = explained.Last["inputs"]![0]!.AsObject();
        Assert.Equal(6, input["steps"]!.AsArray().Count);
        Assert.Contains("height", input["features"]!.AsArray().Select(name => (string)name!));
        double difference = (double)explained.Last["output"]! - (double)explained.Last["baseline"]!;
        Assert.Equal(difference, (double)explained.Last["sum"]!, 0.01 * Math.Max(0.01, Math.Abs(difference)));
    }

    [Theory]
    [InlineData("--row is 9999", "--row", "9999")]
    [InlineData("knows none of the words", "--text", "xyzzy plugh")]
    [InlineData("--class is maybe", "--row", "1", "--class", "maybe")]
    [InlineData("--method is magic", "--method", "magic")]
    [InlineData("--step says nothing", "--row", "1", "--step", "2")]
    [InlineData("--unit is 99", "--row", "1", "--unit", "99")]
    [InlineData("both given", "--row", "1", "--text", "good")]
    public async Task What_cannot_be_explained_is_refused(string message, params string[] options)
    {
        var refused = await CommandRun.OfAsync(["explain", _sentences, "--no-plot", .. options]);

        Assert.Equal(2, refused.Code);
        Assert.Contains(message, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_checkpoint_there_is_nothing_to_explain()
    {
        string empty = _folder.File("empty");
        Directory.CreateDirectory(empty);

        Assert.Equal(2, (await CommandRun.OfAsync("explain", empty)).Code);
        Assert.Equal(2, (await CommandRun.OfAsync("explain", _series, "--text", "good")).Code);
    }
}
