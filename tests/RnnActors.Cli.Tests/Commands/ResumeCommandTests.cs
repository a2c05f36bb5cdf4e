using Xunit;

namespace RnnActors.Cli.Tests.Commands;

public sealed class ResumeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _run;

    public ResumeCommandTests() => _run = _folder.File("run");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(3, 1)]
    [InlineData(10, 3)]
    [InlineData(13, 2)]
    public async Task A_stopped_run_goes_on_to_the_parameters_of_one_that_never_stopped(int steps, int workers)
    {
        string[] schedule = ["--set", "training.schedule={\"cosine\":{\"warmupSteps\":3}}"];
        var whole = await CommandRun.TrainAsync(_folder.File("whole"), schedule);
        var part = await CommandRun.TrainAsync(_run, ["--max-steps", $"{steps}", .. schedule]);
        var rest = await ResumeAsync("--workers", $"{workers}");

        Assert.Equal(steps, (int)part.Last["steps"]!);
        Assert.Equal(20, (int)rest.Last["steps"]!);
        Assert.Equal(whole.Parameters, rest.Parameters);
        Assert.Equal(whole.Last["metrics"]!.ToJsonString(), rest.Last["metrics"]!.ToJsonString());
    }

    [Fact]
    public async Task A_finished_run_says_so_and_reports_again()
    {
        var train = await CommandRun.TrainAsync(_run);
        var again = await ResumeAsync();

        Assert.Equal(0, again.Code);
        Assert.True((bool)again.Last["was_finished"]!);
        Assert.Equal(train.Parameters, again.Parameters);
        Assert.Contains("finished", (await CommandRun.OfAsync("resume", _run, "--no-plot")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_epochs_give_the_parameters_of_a_run_that_had_them_from_the_start()
    {
        string[] constant = ["--set", "training.schedule=constant"];
        var whole = await CommandRun.TrainAsync(_folder.File("whole"), ["--epochs", "4", .. constant]);
        await CommandRun.TrainAsync(_run, constant);
        var more = await ResumeAsync("--epochs", "4");

        Assert.Equal(whole.Parameters, more.Parameters);
    }

    [Fact]
    public async Task Patience_that_is_raised_lets_a_run_go_on_that_had_stopped_early()
    {
        await CommandRun.TrainAsync(_run, "--epochs", "3", "--set", "training.earlyStopping={\"patience\":1,\"minDelta\":1000}");
        var more = await ResumeAsync("--set", "training.earlyStopping.patience=2");

        Assert.Equal(3, (int)more.Last["epochs"]!);
    }

    [Fact]
    public async Task Damaged_checkpoints_are_skipped_and_named()
    {
        var train = await CommandRun.TrainAsync(_run);
        string newest = Path.Combine(_run, "step-00000020.safetensors");
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^100]);
        var resumed = await ResumeAsync();

        Assert.Equal(0, resumed.Code);
        Assert.Contains(resumed.Lines,
            line => (string?)line["event"] == "warning" && ((string)line["message"]!).Contains("step-00000020", StringComparison.Ordinal));
        Assert.Equal(train.Parameters, resumed.Parameters);
    }

    [Fact]
    public async Task Without_a_whole_checkpoint_a_run_is_refused()
    {
        await CommandRun.TrainAsync(_run);
        foreach (string path in Directory.EnumerateFiles(_run, "*.safetensors"))
        {
            byte[] bytes = File.ReadAllBytes(path);
            bytes[^7] ^= 1;
            File.WriteAllBytes(path, bytes);
        }

        var refused = await ResumeAsync();

        Assert.Equal(2, refused.Code);
        Assert.Contains("step-00000020", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seed", "9", "training.seed", "9")]
    [InlineData("--set", "training.batch=32", "training.batch", "64")]
    [InlineData("--set", "model.0.lstm=8", "model.0.lstm", "4")]
    [InlineData("--set", "data.window=7", "data.window", "6")]
    public async Task What_would_be_another_run_is_refused(string option, string value, string key, string named)
    {
        await CommandRun.TrainAsync(_run, "--max-steps", "5");
        var refused = await ResumeAsync(option, value);

        Assert.Equal(2, refused.Code);
        Assert.Contains(key, refused.Error, StringComparison.Ordinal);
        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_data_are_refused_with_the_row_that_has_changed()
    {
        string data = _folder.Write("data.csv", "x\n" + string.Join('\n', Enumerable.Range(0, 400).Select(row => row % 17)));
        await CommandRun.OfAsync(["train", data, "--json", "--no-plot", "--out", _run, .. CommandRun.Tiny, "--max-steps", "2"]);
        _folder.Write("data.csv", "x\n" + string.Join('\n', Enumerable.Range(0, 400).Select(row => row % 19)));
        var refused = await ResumeAsync();

        Assert.Equal(2, refused.Code);
        Assert.Contains("data.csv:19: the data have changed", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Put the old data back", refused.Error, StringComparison.Ordinal);

        File.Delete(data);
        Assert.Contains("data.path", (await ResumeAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_checkpoint_is_gone_on_from_in_another_folder_with_another_learning_rate()
    {
        await CommandRun.TrainAsync(_run);
        string middle = Path.Combine(_run, "step-00000010.safetensors");
        string[] change = ["--set", "training.optimizer.adam.learningRate=0.01"];
        var refused = await CommandRun.OfAsync(["resume", middle, "--json", "--no-plot", .. change]);
        var changed = await CommandRun.OfAsync(["resume", middle, "--json", "--no-plot", "--out", _folder.File("other"), .. change]);

        Assert.Equal(2, refused.Code);
        Assert.Contains("--out", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, changed.Code);
        Assert.Equal(20, (int)changed.Last["steps"]!);
    }

    private Task<CommandRun> ResumeAsync(params string[] more) => CommandRun.OfAsync(["resume", _run, "--json", "--no-plot", .. more]);
}
