using System.Text.Json.Nodes;
using RnnActors.Cli.Benchmarks;
using Xunit;

namespace RnnActors.Cli.Tests.Commands;

/// <summary>Every mode of <c>bench</c>, for as short as can be.</summary>
public sealed class BenchCommandTests : IDisposable
{
    private const string Smallest = "rnn L1 I1 H10 B32 T32 V0", Tokens = "lstm L2 I64 H128 B64 T64 V65";
    private static readonly string[] Keys = ["peer", "mode", "threads", "workload", "runs", "min_ms", "median_ms", "tokens_per_s", "gflops"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Smallest, "1")]
    [InlineData(Smallest, "3")]
    [InlineData(Tokens, "2")]
    public async Task Training_gives_a_JSON_line_with_the_keys_of_others(string workload, string threads)
    {
        var run = await MeasureAsync("train", "--filter", workload, "--threads", threads);
        var line = Assert.Single(run.Lines);
        AssertResult(line, "train", workload);
        Assert.Equal(threads, line["threads"]!.ToString());
        var known = Workload.All.Single(one => one.Name == workload);
        double seconds = line["median_ms"]!.GetValue<double>() / 1e3;
        Assert.InRange(line["tokens_per_s"]!.GetValue<double>() * seconds / known.Tokens, 0.98, 1.02);
        Assert.Equal(known.TrainingFlops / seconds / 1e9, line["gflops"]!.GetValue<double>(), 0.02);
        Assert.True(line["peak_memory_mb"]!.GetValue<double>() > 1);
    }

    [Theory]
    [InlineData("--threads", "1,2")]
    [InlineData("--threads", "1", "2")]
    [InlineData("--threads", "1", "--threads", "2")]
    public async Task Several_numbers_of_threads_are_measured_by_turns(params string[] threads)
    {
        var run = await MeasureAsync(["train", "--filter", Smallest, .. threads]);
        Assert.Equal([1, 2], run.Lines.Select(line => line["threads"]!.GetValue<int>()));
        Assert.All(run.Lines, line => Assert.False(line.ContainsKey("peak_memory_mb")));
        Assert.False(run.Lines[0].ContainsKey("speedup"));
        Assert.True(run.Lines[1]["speedup"]!.GetValue<double>() > 0);
        Assert.Equal(2, run.Lines[1]["speedup_quartiles"]!.AsArray().Count);
        Assert.Equal(1, run.Lines[1]["speedup_over_threads"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(Smallest)]
    [InlineData(Tokens)]
    public async Task Generating_gives_a_JSON_line_with_the_keys_of_others(string workload)
    {
        var run = await MeasureAsync("generate", "--filter", workload);
        AssertResult(Assert.Single(run.Lines), "generate", workload);
    }

    [Theory]
    [InlineData("x64x256", "forward 64x64x256", "row 1x64x256")]
    [InlineData("weights 256x", "weights 256x128x2048")]
    [InlineData("lstm cell", "lstm cell forward 64x256", "lstm cell backward 64x256")]
    public async Task Kernels_stand_beside_the_peak(string filter, params string[] kernels)
    {
        var run = await MeasureAsync("kernels", "--filter", filter);
        Assert.Equal("peak", (string?)run.Lines[0]["event"]);
        double peak = run.Lines[0]["gflops"]!.GetValue<double>();
        Assert.True(peak > 0);
        Assert.Equal(kernels, run.Lines.Skip(1).Select(line => (string?)line["workload"]));
        Assert.All(run.Lines.Skip(1), line => Assert.True(line["peak_percent"]!.GetValue<double>() > 0));
    }

    [Fact]
    public async Task People_get_lines_and_a_table()
    {
        var train = await CommandRun.OfAsync("bench", "train", "--seconds", "0.001", "--filter", "rnn");
        Assert.Equal((0, ""), (train.Code, train.Error));
        Assert.Equal(4, train.Output.Split('\n').Count(line => line.StartsWith("rnn L1", StringComparison.Ordinal)));
        Assert.Contains("vectors", train.Output, StringComparison.Ordinal);
        var kernels = await CommandRun.OfAsync("bench", "kernels", "--seconds", "0.001", "--filter", "64x64");
        Assert.Equal(2, kernels.Output.Split('\n').Count(line => line.StartsWith("forward 64x64x256", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_tree_has_its_price()
    {
        var run = await MeasureAsync("train", "--filter", Smallest, "--tree");
        Assert.InRange(run.Last["tree_percent"]!.GetValue<double>(), -99.9, 1e6);
        Assert.Equal(2, run.Last["tree_percent_quartiles"]!.AsArray().Count);
        var table = await CommandRun.OfAsync("bench", "train", "--seconds", "0.001", "--filter", Smallest, "--tree");
        Assert.Contains("tree:", table.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_is_a_share_of_the_peak()
    {
        var run = await MeasureAsync("train", "--filter", Smallest, "--peak");
        Assert.True(run.Last["peak_percent"]!.GetValue<double>() > 0);
        Assert.Equal(2, run.Last["peak_percent_quartiles"]!.AsArray().Count);
        var table = await CommandRun.OfAsync("bench", "train", "--seconds", "0.001", "--filter", Smallest, "--peak");
        Assert.Contains("of peak", table.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_programs_results_stand_beside_ours()
    {
        string theirs = _folder.Write("theirs.jsonl", $$"""
            {"peer":"other [1.0]","mode":"train","threads":1,"workload":"{{Smallest}}","tokens_per_s":0.5}
            """);
        var json = await MeasureAsync("train", "--filter", "rnn", "--against", theirs);
        Assert.Equal("other [1.0]", (string?)json.Lines[0]["against"]);
        Assert.False(json.Lines[1].ContainsKey("against"));
        Assert.Equal(("compared", 1), ((string?)json.Last["event"], json.Last["workloads"]!.GetValue<int>()));

        var table = await CommandRun.OfAsync("bench", "train", "--seconds", "0.001", "--filter", "rnn", "--against", theirs);
        Assert.Contains("other [1.0]", table.Output, StringComparison.Ordinal);
        Assert.Contains("geometric mean", table.Output, StringComparison.Ordinal);

        string ours = _folder.Write("ours.jsonl", json.Output);
        Assert.Equal(0, (await MeasureAsync("train", "--filter", "rnn", "--against", ours)).Code);
    }

    [Fact]
    public async Task Generating_says_how_many_threads_it_took()
    {
        var run = await MeasureAsync("generate", "--filter", Tokens, "--threads", "1,2");
        Assert.Equal([1, 2], run.Lines.Select(line => line["threads"]!.GetValue<int>()));
        Assert.Equal(1, Assert.Single((await MeasureAsync("generate", "--filter", Smallest)).Lines)["threads"]!.GetValue<int>());
    }

    /// <summary>A web process is asked while it trains; its training advances, and the same folder is served.</summary>
    [Fact]
    public async Task Requests_of_a_host_stand_beside_those_without_training()
    {
        var run = await CommandRun.OfAsync("bench", "host", "--rounds", "2", "--seconds", "0.05", "--rate", "100", "--threads", "1", "--json");
        Assert.Equal((0, ""), (run.Code, run.Error));
        JsonObject[] rounds = [.. run.Lines.Where(line => (string?)line["event"] == "measured")];
        Assert.Equal([1, 2], rounds.Select(line => line["round"]!.GetValue<int>()));
        foreach (string turn in new[] { "before", "training", "after" })
        {
            Assert.All(rounds, line => Assert.True(line[$"{turn}_requests"]!.GetValue<int>() >= 2));
            Assert.All(rounds, line => Assert.InRange(line[$"{turn}_p50_ms"]!.GetValue<double>(), 1e-3, line[$"{turn}_p99_ms"]!.GetValue<double>()));
        }

        Assert.Equal(("host", 1, true), ((string?)run.Last["event"], run.Last["threads"]!.GetValue<int>(), run.Last["low_priority"]!.GetValue<bool>()));
        Assert.True(run.Last["p99_ratio"]!.GetValue<double>() > 0);

        // As in a web project, and not as in this process; one processor has no server collector.
        Assert.Equal(Environment.ProcessorCount > 1, run.Last["server_gc"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("H9999", "train", "--filter", "H9999")]
    [InlineData(Tokens, "train", "--filter", "nothing")]
    [InlineData(Tokens, "generate", "--filter", "nothing")]
    [InlineData("softmax", "kernels", "--filter", "nothing")]
    [InlineData("--threads", "train", "--threads", "0")]
    [InlineData("--threads", "train", "--threads", "1,x")]
    [InlineData("20 rows", "train", "--threads", "21")]
    [InlineData("--seconds", "train", "--seconds", "0")]
    [InlineData("--seconds", "train", "--seconds", "NaN")]
    [InlineData("--seconds", "kernels", "--seconds", "1e9")]
    [InlineData("--tree", "train", "--tree", "--threads", "2")]
    [InlineData("--peak", "train", "--peak", "--threads", "1,2")]
    [InlineData("no such file", "train", "--against", "nowhere/nothing.jsonl")]
    [InlineData("--nodes", "cluster", "--nodes", "0")]
    [InlineData("20 rows", "cluster", "--nodes", "2", "21")]
    [InlineData("--seconds", "cluster", "--seconds", "-1")]
    [InlineData(Tokens, "cluster", "--filter", "nothing")]
    [InlineData("--rounds", "host", "--rounds", "0")]
    [InlineData("--rounds", "host", "--rounds", "1001")]
    [InlineData("--rate", "host", "--rate", "10001")]
    [InlineData("--seconds", "host", "--seconds", "0")]
    [InlineData("train, tasks, generate, kernels, cluster, host")]
    [InlineData("Did you mean kernels", "kernel")]
    [InlineData("Did you mean --filter", "train", "--filtre", "x")]
    public async Task What_cannot_be_measured_is_refused_with_what_can(string named, params string[] arguments)
    {
        var refused = await CommandRun.OfAsync(["bench", .. arguments]);
        Assert.Equal((2, ""), (refused.Code, refused.Output));
        Assert.Contains(named, refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
    }

    private static Task<CommandRun> MeasureAsync(params string[] arguments) => CommandRun.OfAsync(["bench", .. arguments, "--seconds", "0.001", "--json"]);

    private static void AssertResult(JsonObject line, string mode, string workload)
    {
        Assert.All(Keys, key => Assert.True(line.ContainsKey(key), key));
        Assert.Equal(("measured", mode, workload), ((string?)line["event"], (string?)line["mode"], (string?)line["workload"]));
        Assert.True(line["runs"]!.GetValue<int>() >= 3);
        Assert.InRange(line["min_ms"]!.GetValue<double>(), 0, line["median_ms"]!.GetValue<double>());
        Assert.True(line["tokens_per_s"]!.GetValue<double>() > 0);
    }
}
