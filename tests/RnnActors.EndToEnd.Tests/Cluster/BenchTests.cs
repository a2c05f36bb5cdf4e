using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary><c>bench cluster</c> with processes, signals and failover, for as short as can be.</summary>
[Collection(ClusterCollection.Name)]
public sealed class BenchTests
{
    [SkippableFact]
    public void Throughput_bytes_and_faults_are_measured_and_nothing_is_left_behind()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        using var place = new Workplace();
        var run = Rnnactors.Run(place.Path, new Dictionary<string, string?> { ["TMPDIR"] = place.Path }, "bench", "cluster", "--nodes", "2", "--filter",
            "rnn L1 I1 H10", "--seconds", "0.1", "--json");
        Assert.True(run.ExitCode == 0, run.ToString());
        JsonObject[] lines = [.. run.Output.TrimEnd().Split('\n').Select(Rnnactors.Json)];
        Assert.Equal(["cluster", "traffic", "fault", "fault", "fault"], lines.Select(line => (string?)line["mode"]));
        Assert.True(lines[0]["tokens_per_s"]!.GetValue<double>() > 0);
        Assert.True(lines[1]["bytes_sent"]!.GetValue<long>() > 0);
        Assert.Equal(["killed worker", "hung worker", "killed coordinator"], lines[2..].Select(line => (string?)line["fault"]));
        Assert.All(lines[2..], line => Assert.True(line["equal"]!.GetValue<bool>(), run.ToString()));
        Assert.All(lines[2..4], line => Assert.Equal(0, line["steps_lost"]!.GetValue<long>()));
        Assert.True(lines[3]["pause_s"]!.GetValue<double>() > 1.5, run.ToString()); // a worker that owes its part is waited for two seconds
        Assert.Empty(Directory.GetDirectories(place.Path, "rnnactors-*"));
    }
}
