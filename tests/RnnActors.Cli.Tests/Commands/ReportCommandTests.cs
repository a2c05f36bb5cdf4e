using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using RnnActors.Data.Specifications;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

/// <summary>Every kind of task ends with a report that has its pictures.</summary>
public sealed partial class ReportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => [.. TaskKinds.All.Select(kind => kind.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_of_task_has_a_report_with_its_pictures(string kind)
    {
        (string[] arguments, string[] pictures) = Small(kind);
        string run = _folder.File("run");
        var trained = await CommandRun.OfAsync(["train", .. arguments, "--out", run, "--json", "--workers", "1"]);
        Assert.True(trained.Code == 0, trained.All);
        Assert.Equal(Path.Combine(run, "report.html"), (string?)trained.Last["plots"]!.AsArray()[^1]);
        Assert.NotNull(trained.Last["verdict"]!["headline"]);
        string page = File.ReadAllText(Path.Combine(run, "report.html"));
        string[] found = [.. Key().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.Empty(pictures.Except(found));
        Assert.Contains("loss", found);
        Assert.Contains((string)trained.Last["parameters"]!, page, StringComparison.Ordinal);
        Assert.Contains($"rnnactors train", page, StringComparison.Ordinal);

        // From what the folder keeps it is made again, to the same bytes; and anew where it is measured.
        Assert.Equal(0, (await CommandRun.OfAsync("report", run, "--out", _folder.File("again.html"))).Code);
        Assert.Equal(page, File.ReadAllText(_folder.File("again.html")));
        if (kind != "forecast") return;
        string charts = _folder.File("charts");
        Assert.Equal(0, (await CommandRun.OfAsync("report", run, "--svg", charts)).Code);
        foreach (string chart in (string[])["forecast", "residuals", "loss"]) XDocument.Load(Path.Combine(charts, $"{chart}.svg"));
        var refused = await CommandRun.OfAsync("report", run, "--svg", Path.Combine(run, "report.html"));
        Assert.Equal(2, refused.Code);
        Assert.Contains("--svg", refused.Error, StringComparison.Ordinal);
        var evaluated = await CommandRun.OfAsync("evaluate", run);
        Assert.Contains("report: ", evaluated.Output, StringComparison.Ordinal);
        Assert.Equal(found, Key().Matches(File.ReadAllText(Path.Combine(run, "report.html"))).Select(match => match.Groups[1].Value));
        Assert.Contains("rnnactors evaluate", File.ReadAllText(Path.Combine(run, "report.html")), StringComparison.Ordinal);
        Assert.Equal(2, (await CommandRun.OfAsync("report", _folder.File("nothing"))).Code);
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_fails_no_training()
    {
        string run = _folder.File("run");
        Directory.CreateDirectory(Path.Combine(run, "report.html"));
        var trained = await CommandRun.OfAsync(["train", "--json", "--out", run, .. CommandRun.Tiny]);
        Assert.Equal((0, "done"), (trained.Code, (string?)trained.Last["event"]));
        Assert.Contains(trained.Lines, line => (string?)line["event"] == "warning" && ((string?)line["message"])!.Contains("report", StringComparison.Ordinal));
    }

    /// <summary>What trains in a moment, and the pictures that its report must have. A new kind of task needs a line here.</summary>
    private (string[] Arguments, string[] Pictures) Small(string kind)
    {
        var random = new Random(2);
        string Word(params string[] words) => words[random.Next(words.Length)];
        switch (kind)
        {
            case "forecast":
                return ([.. CommandRun.Tiny[..3], "3", .. CommandRun.Tiny[4..]],
                    ["forecast", "path", "residuals", "residual_distribution", "scatter", "horizon", "gradient_norm"]);
            case "language-model":
                string text = _folder.Write("text.txt", string.Concat(Enumerable.Range(0, 400).Select(_ => Word("to ", "be ", "or\n"))));
                return ([text, "--task", "language-model", "--epochs", "1", "--set", "data.steps=8", "--set", "training.batch=8", "--max-steps", "6"],
                    ["samples"]);
            case "classify":
                string labelled = _folder.Write("a.csv",
                    "text,label\n" + string.Join('\n', Enumerable.Range(0, 90).Select(i => $"a {Word("x", "y")} b,{"uvw"[i % 3]}")));
                return ([labelled, "--task", "classify", "--max-steps", "2"], ["confusion", "confusions", "examples", "group_parts"]);
            case "translate":
                string pairs = _folder.Write("pairs.tsv",
                    string.Join('\n', Enumerable.Range(0, 120)
                    .Select(i => $"{Word("one", "two")} {Word("cats", "dogs")} {i % 60}\t{Word("un", "deux")} {Word("chats", "chiens")} {i % 60}")));
                return ([pairs, "--task", "translate", "--max-steps", "2"], ["examples"]);
            case "tag":
                string tagged = _folder.Write("a.conll",
                    string.Concat(Enumerable.Range(0, 80).Select(_ => $"the D\n{Word("cat", "dog")} N\n{Word("sees", "eats")} V\n\n")));
                return ([tagged, "--task", "tag", "--max-steps", "2"], ["confusion", "examples"]);
            case "transcribe":
                Directory.CreateDirectory(_folder.File("words"));
                for (int take = 0; take < 24; take++)
                    WriteTone(_folder.File($"words/{"abc"[take % 3]}{"abc"[take / 3 % 3]}_x_{take}.wav"), 300 * (1 + (take % 3)));
                return (
                    [_folder.File("words"), "--task", "transcribe", "--set", "data.split={\"test\":\"take % 4 == 0\"}", "--set", "data.augment=null", "--set",
                        "model=[{\"gru\":4},{\"dense\":\"symbols\"}]", "--max-steps", "2"],
                    ["spectrogram", "confusion"]);
            default:
                throw new NotSupportedException($"The report of {kind} is not tested yet: add what trains one in a moment, and the pictures that its report "
                    + $"must have.");
        }
    }

    private static void WriteTone(string path, int frequency)
    {
        const int Rate = 4000, Samples = 800;
        using var writer = new BinaryWriter(File.Create(path), Encoding.ASCII);
        writer.Write("RIFF"u8);
        writer.Write(36 + (2 * Samples));
        writer.Write("WAVEfmt "u8);
        foreach (int field in (int[])[16, 0x10001, Rate, 2 * Rate, 0x100002]) writer.Write(field);
        writer.Write("data"u8);
        writer.Write(2 * Samples);
        for (int i = 0; i < Samples; i++) writer.Write((short)(8000 * Math.Sin(2 * Math.PI * frequency * i / Rate)));
    }

    [GeneratedRegex("data-picture=\"([a-z_]+)\"")]
    private static partial Regex Key();
}
