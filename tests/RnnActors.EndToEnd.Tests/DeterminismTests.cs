using RnnActors.Core.Kernels.Simd;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests;

/// <summary>The trained parameters are a function of specification, data and seed alone.</summary>
public sealed class DeterminismTests : IDisposable
{
    private static readonly (string Name, string Value)[] WidthsByName =
        [.. new[] { "512", "256", "128", "1" }.Select(width => (Vectors.EnvironmentVariable, width))];

    /// <summary>Switches of the runtime, each with the widest vectors that are left when it is 0.</summary>
    private static readonly (string Name, int MaxBits)[] WidthsByRuntime =
        [("DOTNET_EnableAVX512", 256), ("DOTNET_EnableAVX2", 128), ("DOTNET_EnableHWIntrinsic", 32)];

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

    /// <summary>Every cell alone, stacked with dropout and in both directions, and all of them behind an embedding.</summary>
    [Theory]
    [InlineData(Workplace.Forecast,
        """[{"simpleRnn":9,"layers":2,"bidirectional":true,"dropout":0.2},{"simpleRnn":5,"recurrentDropout":0.1},"""
        + """{"dense":"targets","activation":"sigmoid"}]""")]
    [InlineData(Workplace.Forecast, """[{"lstm":9,"layers":2,"bidirectional":true,"dropout":0.2},{"lstm":5,"recurrentDropout":0.1},{"dense":"targets"}]""")]
    [InlineData(Workplace.Forecast, """[{"gru":9,"layers":2,"bidirectional":true,"dropout":0.2},{"gru":5,"recurrentDropout":0.1},{"dense":"targets"}]""")]
    [InlineData(Workplace.Forecast, """[{"minGru":9,"layers":2,"bidirectional":true,"dropout":0.2},{"minLstm":5},{"dense":"targets"}]""")]
    [InlineData(Workplace.LanguageModel, """[{"embedding":6},{"lstm":17,"layers":2,"dropout":0.1},{"gru":7},{"simpleRnn":19},{"dense":"vocabulary"}]""")]
    public void Any_vector_width_gives_the_same_parameters(string specification, string model)
    {
        (string Name, string Value)[] widths = [(Vectors.EnvironmentVariable, ""), .. WidthsByName, .. WidthsByRuntime.Select(width => (width.Name, "0"))];
        string[] hashes = [.. widths.AsParallel().AsOrdered().Select(width => Rnnactors.Parameters(Rnnactors.RunToDone(
            _at.Path, new Dictionary<string, string?> { [width.Name] = width.Value },
            "train", specification, "--set", $"model={model}", "--max-steps", "20", "--out", $"run-{width.Name}-{width.Value}", "--no-plot")))];
        Assert.All(widths.Zip(hashes), run => Assert.Equal((run.First, hashes[0]), run));
    }

    [Fact]
    public void The_runtime_has_narrower_vectors_where_it_is_told_so() => Assert.All(WidthsByRuntime, width =>
    {
        var result = Rnnactors.Run(
            _at.Path, new Dictionary<string, string?> { [width.Name] = "0" }, "bench", "kernels", "--filter", "exp 4096", "--seconds", "0.001", "--json");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.InRange(Rnnactors.Json(result.Output.Split('\n')[0])["vector_bits"]!.GetValue<int>(), 32, width.MaxBits);
    });

    [Fact]
    public void A_text_is_the_same_again_and_at_any_width()
    {
        Rnnactors.RunToDone(_at.Path, "train", Workplace.LanguageModel, "--out", "run", "--no-plot");
        string Write(string width, params string[] flags)
        {
            var result = Rnnactors.Run(_at.Path, new Dictionary<string, string?> { ["RNNACTORS_VECTOR"] = width },
                ["generate", "run", "--length", "200", .. flags]);
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
