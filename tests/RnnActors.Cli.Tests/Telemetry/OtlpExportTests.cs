using RnnActors.Tests;
using Xunit;

namespace RnnActors.Cli.Tests.Telemetry;

public sealed class OtlpExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_training_sends_its_spans_and_metrics_and_trains_the_same_bits()
    {
        using var collector = new Collector();
        var run = await CommandRun.TrainAsync(_folder.File("told"), "--workers", "2", "--otlp", collector.Address);
        var silent = await CommandRun.TrainAsync(_folder.File("silent"), "--workers", "2");

        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(silent.Parameters, run.Parameters);
        Assert.All(collector.Received, sent => Assert.Equal("application/x-protobuf", sent.Type));

        // Names stand in the messages as they are.
        string traces = collector.TextOf("/v1/traces"), metrics = collector.TextOf("/v1/metrics");
        string[] names = ["run", "step", "validation", "compute shards", "sum gradients", "update parameters", "write checkpoint", "rnnactors.step"];
        Assert.All(names, name => Assert.Contains($"{(char)name.Length}{name}", traces, StringComparison.Ordinal));
        Assert.Contains("rnnactors.step.duration", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("backtest")]
    public async Task What_trains_by_another_command_sends_its_spans_too(string command)
    {
        using var collector = new Collector();
        if (command == "resume") await CommandRun.TrainAsync(_folder.File("run"), "--workers", "1", "--max-steps", "10");
        string series = _folder.Write("series.csv", "value\n" + string.Join('\n', Enumerable.Range(0, 200).Select(i => $"{i % 7}")));
        var run = command == "resume"
            ? await CommandRun.OfAsync("resume", _folder.File("run"), "--no-plot", "--json", "--workers", "1", "--otlp", collector.Address)
            : await CommandRun.OfAsync(
                ["backtest", series, "--target", "value", .. CommandRun.Tiny, "--origins", "1", "--out", _folder.File("run"), "--no-plot", "--json",
                    "--otlp", collector.Address]);

        Assert.True(run.Code == 0, run.All);
        Assert.Contains("update parameters", collector.TextOf("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("rnnactors.step.duration", collector.TextOf("/v1/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_collector_that_is_away_costs_nothing_but_the_traces()
    {
        string address;
        using (var gone = new Collector()) address = gone.Address;
        var run = await CommandRun.TrainAsync(_folder.File("run"), "--workers", "1", "--otlp", address);
        Assert.Equal(0, run.Code);
        Assert.Contains($"The collector at {address}/v1/traces does not take traces", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:4318")]
    [InlineData("ftp://localhost")]
    public async Task An_address_that_is_none_is_refused(string url)
    {
        var run = await CommandRun.TrainAsync(_folder.File("run"), "--otlp", url);
        Assert.Equal(2, run.Code);
        Assert.Contains($"--otlp is '{url}', which is no address of HTTP", run.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_has_no_traces_of_its_own()
    {
        string[] client = ["--cluster", "127.0.0.1:1", "--otlp", "http://127.0.0.1:1"];
        foreach (var run in (CommandRun[])[await CommandRun.TrainAsync(_folder.File("run"), client), await CommandRun.OfAsync(["resume", "run", .. client])])
        {
            Assert.Equal(2, run.Code);
            Assert.Contains("rnnactors node --otlp", run.All, StringComparison.Ordinal);
        }
    }
}
