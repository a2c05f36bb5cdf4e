using RnnActors.Runs.Folders;
using RnnActors.Runs.Ledgers;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_is_verified_in_words_and_for_programs()
    {
        string run = _folder.File("run");
        var trained = await CommandRun.TrainAsync(run);
        var words = await CommandRun.OfAsync("verify", run);
        Assert.Equal(0, words.Code);
        Assert.Contains("Every bit agrees", words.Output, StringComparison.Ordinal);
        Assert.Equal(2, words.Output.Split((string)trained.Last["parameters"]!).Length - 1);

        var json = await CommandRun.OfAsync("verify", run, "--whole", "--workers", "3", "--json");
        Assert.Equal((0, true, 0L), (json.Code, (bool)json.Last["agrees"]!, (long)json.Last["from"]!));
        Assert.Equal((string?)json.Last["parameters"], (string?)json.Last["again"]);
        Assert.Equal(2, (await CommandRun.OfAsync("verify", _folder.File("nothing"))).Code);
    }

    /// <summary>What was decided in reading the data is said as <c>evaluate</c> says it; what the run keeps of its calibration is compared.</summary>
    [Fact]
    public async Task What_is_said_of_the_data_is_a_note()
    {
        string run = _folder.File("run");
        string data = _folder.Write("a.csv", "# measured\ny\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i * 7 % 31}\n")));
        Assert.Equal(0, (await CommandRun.OfAsync(["train", data, "--no-plot", "--out", run, .. CommandRun.Tiny])).Code);
        foreach (string[] command in (string[][])[["verify", run], ["replay", run, "--step", "2"], ["evaluate", run]])
        {
            var said = await CommandRun.OfAsync(command);
            Assert.Contains("Note: A comment before the table is passed over.", said.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("Warning", said.Error, StringComparison.Ordinal);
        }

        var verified = await CommandRun.OfAsync("verify", run);
        Assert.Contains("calibration.safetensors is the same.", verified.Output, StringComparison.Ordinal);
        Assert.True((bool)(await CommandRun.OfAsync("verify", run, "--json")).Last["calibration_agrees"]!);
    }

    /// <summary>The data of a run that came from elsewhere lie elsewhere too; a changed value is named there.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Data_that_lie_elsewhere_are_named_behind_the_run(bool byFolder)
    {
        string run = _folder.File("run");
        string rows = "y\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"{i * 7 % 31}\n"));
        string data = _folder.Write("a.csv", rows);
        Assert.Equal(0, (await CommandRun.OfAsync(["train", data, "--no-plot", "--out", run, .. CommandRun.Tiny])).Code);
        string elsewhere = Directory.CreateDirectory(_folder.File("elsewhere")).FullName, moved = Path.Combine(elsewhere, "a.csv");
        File.Move(data, moved);
        var gone = await CommandRun.OfAsync("verify", run);
        Assert.Equal(2, gone.Code);
        Assert.Contains("name where they are now behind the run", gone.Error, StringComparison.Ordinal);

        string named = byFolder ? elsewhere : moved;
        var verified = await CommandRun.OfAsync("verify", run, named);
        Assert.Equal(0, verified.Code);
        Assert.Contains("Every bit agrees", verified.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.OfAsync("replay", run, named, "--step", "2")).Code);

        File.WriteAllText(moved, rows.Replace("\n14\n", "\n15\n", StringComparison.Ordinal));
        var changed = await CommandRun.OfAsync("verify", run, named);
        Assert.Equal(2, changed.Code);
        Assert.Contains("a.csv:4: ", changed.Error, StringComparison.Ordinal);
        Assert.Contains("this row differs", changed.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandRun.OfAsync("verify", run, _folder.File("nothing.csv"))).Code);

        string builtIn = _folder.File("built-in");
        await CommandRun.TrainAsync(builtIn);
        foreach (string[] command in (string[][])[["verify", builtIn, moved], ["resume", builtIn, "--data", moved, "--out", _folder.File("on")]])
        {
            var refused = await CommandRun.OfAsync(command);
            Assert.Equal(2, refused.Code);
            Assert.Contains("built-in series, which is in no file", refused.Error, StringComparison.Ordinal);
        }
    }

    /// <summary>Scripts go by the exit code: what does not agree is no success, in whatever it does not agree.</summary>
    [Fact]
    public async Task What_does_not_agree_ends_with_1()
    {
        string run = _folder.File("run"), ledger = Path.Combine(run, Ledger.FileName);
        await CommandRun.OfAsync(["train", "--json", "--out", run, .. CommandRun.Tiny]);
        string predictions = Path.Combine(run, RunFolder.PredictionsName), before = File.ReadAllText(predictions);
        string[] rows = File.ReadAllLines(predictions);
        rows[4] += "1";
        File.WriteAllLines(predictions, rows);
        var words = await CommandRun.OfAsync("verify", run);
        Assert.Equal(1, words.Code);
        Assert.Contains($"{RunFolder.PredictionsName}:5: this is not what the network predicts", words.Output, StringComparison.Ordinal);
        var json = await CommandRun.OfAsync("verify", run, "--json");
        Assert.Equal((1, false, 5), (json.Code, (bool)json.Last["agrees"]!, (int)json.Last["predictions_differ_at_line"]!));

        File.WriteAllText(predictions, before);
        Assert.Equal(0, (await CommandRun.OfAsync("verify", run)).Code);
        string[] lines = File.ReadAllLines(ledger);
        int third = Array.FindIndex(lines, line => line.StartsWith("{\"step\":3,\"epoch\"", StringComparison.Ordinal));
        lines[third] = lines[third].Replace("\"loss\":", "\"loss\":1", StringComparison.Ordinal);
        File.WriteAllLines(ledger, lines);
        json = await CommandRun.OfAsync("verify", run, "--whole", "--json");
        Assert.Equal((1, false, 3L, "loss"),
            (json.Code, (bool)json.Last["agrees"]!, (long)json.Last["first_step"]!, (string?)json.Last["first_difference"]));
        foreach (string step in (string[])["3", "5"])
        {
            words = await CommandRun.OfAsync("replay", run, "--step", step);
            Assert.Equal(1, words.Code);
            Assert.Contains("They do NOT agree: they differ since step 3 (loss).", words.Output, StringComparison.Ordinal);
            json = await CommandRun.OfAsync("replay", run, "--step", step, "--json");
            Assert.Equal((1, false, 3L), (json.Code, (bool)json.Last["agrees"]!, (long)json.Last["first_step"]!));
        }

        Assert.Equal(0, (await CommandRun.OfAsync("replay", run, "--step", "2")).Code);
    }
}
