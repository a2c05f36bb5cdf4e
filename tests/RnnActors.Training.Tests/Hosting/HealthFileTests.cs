using System.Text.Json.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RnnActors.Training.Hosting;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

public sealed class HealthFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    [Fact]
    public async Task A_node_that_lives_and_is_not_ready_is_not_restarted_for_it()
    {
        await PublishAsync(isReady: false);

        Assert.Null(new HealthFile(_folder).Read(onlyAlive: true));
        Assert.Equal("cluster: not yet", new HealthFile(_folder).Read(onlyAlive: false));
    }

    [Fact]
    public async Task A_node_that_is_well_has_no_problem()
    {
        await PublishAsync(isReady: true);

        Assert.Null(new HealthFile(_folder).Read(onlyAlive: false));
    }

    [Theory]
    [InlineData(-20_000, null)]
    [InlineData(-31_000, "it hangs, or it has ended")]
    [InlineData(60_000, "from before this machine was started")]
    [InlineData(long.MinValue / 2, "it hangs, or it has ended")]
    [InlineData(long.MaxValue / 2, "from before this machine was started")]
    public async Task A_report_of_another_time_is_no_sign_of_life(long later, string? problem)
    {
        await PublishAsync(isReady: true);
        string path = Path.Combine(_folder, "health.json");
        var report = JsonNode.Parse(File.ReadAllText(path))!;
        report["uptime"] = report["uptime"]!.GetValue<long>() + later;
        File.WriteAllText(path, report.ToJsonString());

        Assert.Contains(problem ?? "", new HealthFile(_folder).Read(onlyAlive: true) ?? "", StringComparison.Ordinal);
        Assert.Equal(problem is null, new HealthFile(_folder).Read(onlyAlive: true) is null);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"uptime":1,"checks":[null]}""")]
    public void A_file_that_says_nothing_is_a_problem(string? text)
    {
        if (text is not null) File.WriteAllText(Path.Combine(_folder, "health.json"), text);

        Assert.NotNull(new HealthFile(_folder).Read(onlyAlive: true));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task PublishAsync(bool isReady) => new HealthFile(_folder).PublishAsync(
        new HealthReport(
            new Dictionary<string, HealthReportEntry>
            {
                ["system"] = new(HealthStatus.Healthy, "runs", TimeSpan.Zero, null, null, ["live"]),
                ["cluster"] = new(isReady ? HealthStatus.Healthy : HealthStatus.Unhealthy, "not yet", TimeSpan.Zero, null, null, ["ready"]),
            },
            TimeSpan.Zero),
        CancellationToken.None);
}
