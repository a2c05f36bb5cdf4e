using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests;

/// <summary>The trained parameters are a function of specification, data and seed alone.</summary>
public sealed class DeterminismTests : IDisposable
{
    private readonly Workplace _at = new();

    public void Dispose() => _at.Dispose();

    [Theory]
    [InlineData(Workplace.Forecast)]
    [InlineData(Workplace.LanguageModel)]
    public void Any_number_of_workers_gives_the_same_parameters(string specification)
    {
        string[] hashes = [.. new[] { "1", "2", "3", "5" }.Select(workers =>
            Rnnactors.Parameters(Rnnactors.RunToDone(_at.Path, "train", specification, "--workers", workers, "--out", $"run{workers}", "--no-plot")))];
        Assert.All(hashes, hash => Assert.Equal(hashes[0], hash));
    }

    [Theory]
    [InlineData(Workplace.Forecast, "7", "1", "3")]
    [InlineData(Workplace.Forecast, "23", "5", "2")]
    [InlineData(Workplace.LanguageModel, "8", "2", "1")]
    public void A_run_that_stops_in_mid_epoch_goes_on_with_other_workers_to_the_same_parameters(string specification, string steps, string before, string after)
    {
        var whole = Rnnactors.RunToDone(_at.Path, "train", specification, "--out", "whole", "--no-plot");
        var first = Rnnactors.RunToDone(_at.Path, "train", specification, "--out", "parts", "--workers", before, "--max-steps", steps, "--no-plot");
        Assert.NotEqual(Rnnactors.Parameters(whole), Rnnactors.Parameters(first));
        var second = Rnnactors.RunToDone(_at.Path, "resume", "parts", "--workers", after, "--no-plot");
        Assert.Equal(Rnnactors.Parameters(whole), Rnnactors.Parameters(second));
        Assert.Equal(whole["metrics"]!.ToJsonString(), second["metrics"]!.ToJsonString());
    }

    [Fact]
    public void Any_vector_width_gives_the_same_parameters()
    {
        (string Name, string Value)[] widths =
        [
            ("RNNACTORS_VECTOR", "512"), ("RNNACTORS_VECTOR", "256"), ("RNNACTORS_VECTOR", "128"), ("RNNACTORS_VECTOR", "1"),
            ("DOTNET_EnableAVX512", "0"), ("DOTNET_EnableAVX2", "0"), ("DOTNET_EnableHWIntrinsic", "0"),
        ];
        string model = """model=[{"lstm":9,"layers":2,"dropout":0.2},{"gru":11,"recurrentDropout":0.1},{"simpleRnn":13,"bidirectional":true},{"dense":"targets","activation":"sigmoid"}]""";
        string Train(string name, string value) => Rnnactors.Parameters(Rnnactors.RunToDone(
            _at.Path, new Dictionary<string, string?> { [name] = value },
            "train", Workplace.Forecast, "--set", model, "--max-steps", "20", "--out", $"run-{name}-{value}", "--no-plot"));
        string widest = Train("RNNACTORS_VECTOR", "");
        Assert.All(widths, width => Assert.Equal((width, widest), (width, Train(width.Name, width.Value))));
    }

    [Fact]
    public void A_text_is_the_same_again_and_at_any_width()
    {
        Rnnactors.RunToDone(_at.Path, "train", Workplace.LanguageModel, "--out", "run", "--no-plot");
        string Write(string width, params string[] flags)
        {
            var result = Rnnactors.Run(_at.Path, new Dictionary<string, string?> { ["RNNACTORS_VECTOR"] = width }, ["generate", "run", "--length", "200", .. flags]);
            Assert.True(result.ExitCode == 0, result.ToString());
            return result.Output;
        }

        string text = Write("", "--prompt", "the cat", "--top-p", "0.9", "--temperature", "0.8");
        Assert.StartsWith("the cat", text, StringComparison.Ordinal);
        Assert.Equal("the cat".Length + 200 + "\n".Length, text.Length);
        Assert.Equal(text, Write("1", "--prompt", "the cat", "--top-p", "0.9", "--temperature", "0.8", "--seed", "1"));
        Assert.NotEqual(text, Write("", "--prompt", "the cat", "--top-p", "0.9", "--temperature", "0.8", "--seed", "2"));

        File.WriteAllText(_at["prompt.txt"], "the cat");
        var done = Rnnactors.RunToDone(_at.Path, "generate", "run", "--length", "200", "--prompt-file", "prompt.txt", "--top-p", "0.9", "--temperature", "0.8");
        Assert.Equal(text.TrimEnd('\n'), (done["prompt"]!.GetValue<string>() + done["text"]!.GetValue<string>()).TrimEnd('\n'));
    }
}
