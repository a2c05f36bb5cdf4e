using System.Text.Json.Nodes;
using RnnActors.Cli.Benchmarks;
using RnnActors.Cli.Benchmarks.Cluster;
using RnnActors.Cli.Display;
using RnnActors.Core.Training;
using RnnActors.Training.Events;
using Xunit;

namespace RnnActors.Cli.Tests.Benchmarks.Cluster;

public class ClusterResultTests
{
    private static readonly ThroughputResult Throughput = new(
        "some workload", 2, 400, [Turn(1, 2), Turn(3, 4), Turn(2, 8)],
        [new TrafficResult("some workload", 2, "127.0.0.1:1", [new(900, 600), new(500, 540), new(500, 500)], 1000)]);

    private static readonly FaultResult Fault = new("some workload", 2, Cli.Benchmarks.Cluster.Fault.KilledWorker, 1.25, 1, 0.5, 0, 1, "aa", "aa");

    [Fact]
    public void Ratios_are_taken_turn_by_turn()
    {
        Assert.Equal((0.5, 4.0, 2.0), (Throughput.Ratio, Throughput.Median, Throughput.LocalMedian));
        Assert.Equal((100.0, 200.0), (Throughput.TokensPerSecond, Throughput.LocalTokensPerSecond));
        Assert.Equal(1.04, Throughput.Traffic[0].Ratio, 1e-12);
        Assert.Equal((0.25, true, false), (Fault.Beyond, Fault.IsEqual, (Fault with { Parameters = "ab" }).IsEqual));
    }

    [Fact]
    public void Programs_get_a_line_of_each()
    {
        var lines = Report(isJson: true);
        Assert.Equal(3, lines.Length);
        JsonObject throughput = Json(lines[0]), traffic = Json(lines[1]), fault = Json(lines[2]);
        Assert.All((JsonObject[])[throughput, traffic, fault],
            line => Assert.Equal(("measured", "some workload", 2), ((string?)line["event"], (string?)line["workload"], line["nodes"]!.GetValue<int>())));
        Assert.Equal(("cluster", 100.0, 200.0, 0.5),
            ((string?)throughput["mode"], throughput["tokens_per_s"]!.GetValue<double>(), throughput["local_tokens_per_s"]!.GetValue<double>(),
            throughput["ratio"]!.GetValue<double>()));
        Assert.Equal([0.5, 0.75, 0.25], throughput["ratios"]!.AsArray().Select(ratio => ratio!.GetValue<double>()));
        Assert.Equal(("traffic", 500L, 540L, 1.04),
            ((string?)traffic["mode"], traffic["bytes_sent"]!.GetValue<long>(), traffic["bytes_received"]!.GetValue<long>(),
            traffic["ratio"]!.GetValue<double>()));
        Assert.Equal([1.5, 1.04, 1], traffic["ratios"]!.AsArray().Select(ratio => ratio!.GetValue<double>()));
        Assert.Equal(("fault", "killed worker", 1.25, 0.25, true),
            ((string?)fault["mode"], (string?)fault["fault"], fault["pause_s"]!.GetValue<double>(), fault["beyond_s"]!.GetValue<double>(),
            fault["equal"]!.GetValue<bool>()));
    }

    [Fact]
    public void People_get_lines_and_tables()
    {
        var lines = Report(isJson: false);
        Assert.Equal(5, lines.Count(line => line.Contains("some workload", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("seconds of pause", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("killed worker", StringComparison.Ordinal) && line.TrimEnd().EndsWith("equal", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_watch_knows_who_takes_part_and_when_enough_was_done()
    {
        var watch = new ClientWatch();
        var two = watch.AwaitWorkers(2);
        var steps = watch.AwaitSteps(2);
        var late = watch.AwaitStep(TimeSpan.FromSeconds(5));
        watch.Observe(new WorkersJoined("a", 1));
        watch.Observe(new StepDone(TrainingProgress.Start, 0, 0, 0, 0));
        Assert.False(two.IsCompleted || steps.IsCompleted || late.IsCompleted);
        watch.Observe(new WorkersJoined("b", 1));
        watch.Observe(new StepDone(TrainingProgress.Start, 0, 0, 0, 0) { Elapsed = TimeSpan.FromSeconds(6) });
        await Task.WhenAll(two, steps, late);
        watch.Observe(new WorkersLost("a", 1, "killed"));
        var moved = watch.AwaitMoved("b");
        watch.Observe(new ShardsMoved(7, "c", 2, "is late"));
        Assert.False(moved.IsCompleted);
        watch.Observe(new ShardsMoved(7, "b", 2, "is late"));
        Assert.Equal(7, await moved);
        Assert.Equal((1, 2), (watch.Workers, watch.Steps.Count));
    }

    private static ThroughputTurn Turn(double local, double cluster) => new(new StepTimes([local]), new StepTimes([cluster]));

    private static string[] Report(bool isJson)
    {
        using StringWriter output = new(), error = new();
        var report = new ClusterReport(new BenchReport(Terminal.ToWriters(output, error), isJson));
        report.Add(Throughput);
        report.Add(Fault);
        report.Finish([Throughput], [Fault]);
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static JsonObject Json(string line) => JsonNode.Parse(line)!.AsObject();
}
