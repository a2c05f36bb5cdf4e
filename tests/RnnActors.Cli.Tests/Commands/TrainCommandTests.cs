using Xunit;

namespace RnnActors.Cli.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_last_line_says_what_the_contract_asks()
    {
        var run = await CommandRun.TrainAsync(_folder.File("run"));

        Assert.Equal(0, run.Code);
        Assert.Equal("start", (string?)run.Lines[0]["event"]);
        var done = run.Last;
        Assert.Equal("done", (string?)done["event"]);
        Assert.Matches("^[0-9a-f]{32}$", run.Parameters);
        Assert.Equal(20, (int)done["steps"]!);
        Assert.Equal(2, (int)done["epochs"]!);
        Assert.True((double)done["seconds"]! > 0);
        Assert.True((double)done["tokens_per_second"]! > 0);
        Assert.True((double)done["metrics"]!["rmse"]! > 0);
        Assert.Equal(["last_value", "drift", "holt_winters", "linear"], done["baselines"]!.AsObject().Select(baseline => baseline.Key));
        Assert.True(File.Exists((string?)done["checkpoint"]));
        Assert.Equal(20, (int)done["best"]!["step"]!);
        Assert.Contains(run.Lines, line => (string?)line["event"] == "step" && (int)line["step"]! == 20);
        Assert.Equal(2, run.Lines.Count(line => (string?)line["event"] == "epoch"));
        Assert.Equal(run.Parameters, (string?)run.Lines.Last(line => (string?)line["event"] == "checkpoint")["parameters"]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Any_number_of_workers_gives_the_same_parameters(int workers)
    {
        var one = await CommandRun.TrainAsync(_folder.File("one"), "--workers", "1");
        var more = await CommandRun.TrainAsync(_folder.File("more"), "--workers", $"{workers}");

        Assert.Equal(one.Parameters, more.Parameters);
    }

    [Fact]
    public async Task Another_seed_gives_other_parameters()
    {
        var one = await CommandRun.TrainAsync(_folder.File("one"), "--seed", "1");
        var other = await CommandRun.TrainAsync(_folder.File("other"), "--seed", "2");

        Assert.NotEqual(one.Parameters, other.Parameters);
    }

    [Fact]
    public async Task With_early_stopping_the_best_parameters_are_the_result()
    {
        var run = await CommandRun.TrainAsync(_folder.File("run"), "--set", "training.earlyStopping={\"patience\":1,\"minDelta\":1000}", "--epochs", "5");

        Assert.True((bool)run.Last["stopped_early"]!);
        Assert.Equal(2, (int)run.Last["epochs"]!);
        string afterFirst = (string)run.Lines.Last(line => (string?)line["event"] == "checkpoint" && (int)line["step"]! == 10)["parameters"]!;
        Assert.Equal(afterFirst, run.Parameters);
    }

    [Fact]
    public async Task A_run_for_people_ends_with_metrics_plots_and_the_next_command()
    {
        string folder = _folder.File("run");
        var run = await CommandRun.OfAsync(["train", "--out", folder, .. CommandRun.Tiny]);

        Assert.Equal(0, run.Code);
        Assert.Contains("built-in Mackey-Glass series", run.Output, StringComparison.Ordinal);
        Assert.Contains("last value", run.Output, StringComparison.Ordinal);
        Assert.Contains("linear autoregression", run.Output, StringComparison.Ordinal);
        Assert.Contains("rnnactors predict ", run.Output, StringComparison.Ordinal);
        Assert.Contains("forecast 2 rows ahead", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", run.Output, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(folder, "forecast.png")).Length > 10_000);
        Assert.True(new FileInfo(Path.Combine(folder, "loss.png")).Length > 5_000);
        Assert.True(File.Exists(Path.Combine(folder, "loss.svg")));
        Assert.Contains("forecast.png, .svg", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_holds_a_run_is_replaced_only_when_asked()
    {
        string folder = _folder.File("run");
        var first = await CommandRun.TrainAsync(folder);
        var refused = await CommandRun.TrainAsync(folder, "--seed", "2");
        var replaced = await CommandRun.TrainAsync(folder, "--seed", "2", "--max-steps", "5", "--overwrite");

        Assert.Equal(2, refused.Code);
        Assert.Contains("--overwrite", refused.Error, StringComparison.Ordinal);
        Assert.Contains("resume", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, replaced.Code);
        Assert.NotEqual(first.Parameters, replaced.Parameters);
        Assert.Equal(["step-00000005.safetensors"], Directory.EnumerateFiles(folder, "step-*.safetensors").Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_text_is_trained_on_without_a_specification()
    {
        string text = _folder.Write("poem.txt", string.Concat(Enumerable.Repeat("the sea, the sky, the sea again\n", 60)));
        var run = await CommandRun.OfAsync(
            "train", text, "--json", "--no-plot", "--out", _folder.File("run"), "--steps", "8", "--epochs", "1", "--set", "model.0.embedding=4", "--set",
            "model.1.lstm=8", "--set", "training.batch=8");

        Assert.Equal(0, run.Code);
        Assert.Equal(["loss", "perplexity", "accuracy", "bits_per_character"], run.Last["metrics"]!.AsObject().Select(metric => metric.Key));
        Assert.Equal(["bigram"], run.Last["baselines"]!.AsObject().Select(rival => rival.Key));
    }

    [Fact]
    public async Task A_last_layer_that_cannot_reach_the_targets_is_warned_of()
    {
        var run = await CommandRun.TrainAsync(_folder.File("run"), "--set", "model=[{\"simpleRnn\":2}]");

        Assert.Contains(run.Lines,
            line => (string?)line["event"] == "finding" && (string?)line["severity"] == "problem"
            && ((string)line["message"]!).Contains("(-1, 1)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_learning_rate_is_found_and_nothing_is_trained()
    {
        string folder = _folder.File("run");
        var run = await CommandRun.OfAsync(["train", "--find-learning-rate", "--learning-rate", "0.5", "--out", folder, .. CommandRun.Tiny]);
        Assert.Equal(0, run.Code);
        Assert.Equal(["learning-rate.png", "learning-rate.svg"], Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order());
        Assert.Matches(@"suggested +0\.0\d+", run.Output);
        string next = run.Output.Split('\n').Last(line => line.Contains("rnnactors train", StringComparison.Ordinal));
        Assert.Matches(@"train --out \S+ .*data\.split\.train=0\.2 --learning-rate 0\.0\d+$", next.TrimEnd());

        var json = await CommandRun.TrainAsync(folder, "--find-learning-rate");
        Assert.Equal(("learning_rate", "valley"), ((string?)json.Last["event"], (string?)json.Last["rule"]));
        Assert.Equal(json.Last["rates"]!.AsArray().Count, json.Last["smoothed"]!.AsArray().Count);
        Assert.Contains("--find-learning-rate looks for a rate in this process",
            (await CommandRun.TrainAsync(folder, "--find-learning-rate", "--folds", "3")).Error, StringComparison.Ordinal);
    }
}
