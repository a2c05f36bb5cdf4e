using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests;

/// <summary>What cannot be used is refused with a sentence and an exit code, never with a stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Workplace _at = new();

    public void Dispose() => _at.Dispose();

    [Theory]
    [InlineData("command was given", "")]
    [InlineData("Did you mean train", "trian forecast.json")]
    [InlineData("Did you mean --workers", "train forecast.json --worker 2")]
    [InlineData("Did you mean forecast.json", "train forcast.json")]
    [InlineData("training.batch", "train forecast.json --set training.batch=0")]
    [InlineData("Did you mean", "train forecast.json --set training.bach=3")]
    [InlineData("learningRate", "train forecast.json --set training.optimizer.adam.learningRate=0")]
    [InlineData("shards", "train forecast.json --set training.batch=4")]
    [InlineData("no column 'c2'", "train forecast.json --set data.targets=[\"c2\"]")]
    [InlineData("window", "train forecast.json --set data.window=5000")]
    [InlineData("broken.csv:41:", "train broken.csv --target b")]
    [InlineData("empty.csv", "train empty.csv --target b")]
    [InlineData("no such run", "resume nothing")]
    [InlineData("no such run", "generate nothing")]
    [InlineData("series.csv/inside", "train forecast.json --out series.csv/inside")]
    public void Exit_code_2_says_what_and_where(string expected, string arguments)
    {
        File.WriteAllText(_at["broken.csv"],
            "a,b\n" + string.Concat(Enumerable.Range(2, 100).Select(line => line == 41 ? "41,forty\n" : $"{line},{line % 7}\n")));
        File.WriteAllText(_at["empty.csv"], "");
        var result = Rnnactors.Run(_at.Path, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        AssertPlain(result);
    }

    [Fact]
    public void A_checkpoint_that_was_damaged_is_passed_over_or_refused()
    {
        var whole = Rnnactors.RunToDone(_at.Path, "train", Workplace.Forecast, "--out", "run", "--no-plot");
        string newest = whole["checkpoint"]!.GetValue<string>();
        byte[] bytes = File.ReadAllBytes(newest);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(newest, bytes);
        var resumed = Rnnactors.RunToDone(_at.Path, "resume", "run", "--no-plot");
        Assert.Equal(Rnnactors.Parameters(whole), Rnnactors.Parameters(resumed));

        foreach (string checkpoint in Directory.GetFiles(_at["run"], "*.safetensors")) File.WriteAllBytes(checkpoint, bytes[..(bytes.Length / 3)]);
        var refused = Rnnactors.Run(_at.Path, "resume", "run");
        Assert.True(refused.ExitCode == 2, refused.ToString());
        AssertPlain(refused);
    }

    [Fact]
    public void A_loss_that_is_not_a_number_ends_with_3_and_names_step_shard_and_rows()
    {
        var result = Rnnactors.Run(
            _at.Path, "train", Workplace.Forecast, "--out", "run", "--set", "training.optimizer={\"sgd\":{\"learningRate\":1e30}}", "--set",
            "training.clipNorm=null",
            "--set", "checkpoint.everySteps=1");
        Assert.True(result.ExitCode == 3, result.ToString());
        Assert.Contains("step", result.Error, StringComparison.Ordinal);
        Assert.Matches("shard \\d", result.Error);
        Assert.Matches("rows \\d", result.Error);
        AssertPlain(result);
    }

    [Fact]
    public void A_prompt_with_unknown_characters_is_refused()
    {
        Rnnactors.RunToDone(_at.Path, "train", Workplace.LanguageModel, "--max-steps", "1", "--out", "run", "--no-plot");
        var result = Rnnactors.Run(_at.Path, "generate", "run", "--prompt", "the Ü");
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains("U+00DC", result.Error, StringComparison.Ordinal);
        AssertPlain(result);
    }

    private static void AssertPlain(ProcessResult result)
    {
        Assert.NotEqual("", result.Error.Trim());
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", result.Error, StringComparison.Ordinal);
    }
}
