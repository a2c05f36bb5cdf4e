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

    [Fact]
    public async Task An_old_report_is_no_sign_of_life()
    {
        await PublishAsync(isReady: true);
        string path = Path.Combine(_folder, "health.json");
        string year = DateTimeOffset.UtcNow.Year.ToString(System.Globalization.CultureInfo.InvariantCulture);
        File.WriteAllText(path, File.ReadAllText(path).Replace(year + "-", "2001-", StringComparison.Ordinal));

        Assert.Contains("it hangs, or it has ended", new HealthFile(_folder).Read(onlyAlive: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("""{"time":"2026-01-01T00:00:00Z","checks":[null]}""")]
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
