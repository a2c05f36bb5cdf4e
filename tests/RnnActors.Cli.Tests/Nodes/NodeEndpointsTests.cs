using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RnnActors.Cli.Http;
using RnnActors.Cli.Nodes;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using Xunit;

namespace RnnActors.Cli.Tests.Nodes;

public sealed partial class NodeEndpointsTests : IDisposable
{
    private static readonly HttpClient Client = new();

    private readonly TemporaryFolder _folder = new();
    private readonly List<NodeEvent> _events = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_a_training_did_is_scraped()
    {
        await using var endpoints = await StartAsync(HealthCheckResult.Healthy());
        var before = await ScrapeAsync(endpoints!);
        var run = await CommandRun.TrainAsync(_folder.File("run"), "--workers", "2");
        var after = await ScrapeAsync(endpoints!);
        double Grown(string name) => after[name] - before.GetValueOrDefault(name);

        // Other tests train in this process at the same time, so it may be more.
        Assert.Equal(0, run.Code);
        Assert.True(Grown("rnnactors_steps_total") >= 20);
        Assert.True(Grown("rnnactors_step_duration_seconds_count") >= 19);
        Assert.True(Grown("rnnactors_tokens_total") >= 20 * 64);
        Assert.True(Grown("rnnactors_epochs_total") >= 2);
        Assert.True(Grown("rnnactors_shards_total") >= 20 * 8);
        Assert.True(Grown("rnnactors_shards_duration_seconds_sum") > 0);
        Assert.True(Grown("rnnactors_checkpoint_duration_seconds_count") >= 2);
        Assert.All((string[])["loss", "validation_loss", "gradient_norm", "learning_rate"], name => Assert.True(after[$"rnnactors_{name}"] > 0));
        Assert.Equal($"Metrics at {endpoints!.Address}metrics, health at {endpoints.Address}health/live and {endpoints.Address}health/ready",
            Assert.Single(_events).Text);
    }

    [Fact]
    public async Task A_node_that_lives_and_is_not_ready_says_so()
    {
        await using var endpoints = await StartAsync(HealthCheckResult.Unhealthy("There is no coordinator."));
        using var live = await Client.GetAsync(new Uri(endpoints!.Address, "health/live"));
        using var ready = await Client.GetAsync(new Uri(endpoints.Address, "health/ready"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (live.StatusCode, ready.StatusCode));
        Assert.Equal("lives: healthy\n", await live.Content.ReadAsStringAsync());
        Assert.Equal("lives: healthy\nother: unhealthy, There is no coordinator.\n", await ready.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(new Uri(endpoints.Address, "health"))).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await Client.PostAsync(new Uri(endpoints.Address, "metrics"), null)).StatusCode);
    }

    private async Task<WebServer?> StartAsync(HealthCheckResult other)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddHealthChecks().AddCheck("lives", () => HealthCheckResult.Healthy(), [TrainingServices.LiveTag]).AddCheck("other", () => other, ["ready"]);
        return await NodeEndpoints.StartAsync(
            new NodeOptions { MetricsPort = 0 }, services.BuildServiceProvider().GetRequiredService<HealthCheckService>(), new Seen(_events));
    }

    /// <summary>The samples without labels of their own.</summary>
    private static async Task<Dictionary<string, double>> ScrapeAsync(WebServer endpoints)
    {
        string text = await Client.GetStringAsync(new Uri(endpoints.Address, "metrics"));
        return Sample().Matches(text).Where(match => !match.Groups[1].Value.EndsWith("_bucket", StringComparison.Ordinal))
            .ToDictionary(match => match.Groups[1].Value, match => double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"^(rnnactors_\w+)\{[^}]*\} (\S+)", RegexOptions.Multiline)]
    private static partial Regex Sample();

    private sealed class Seen(List<NodeEvent> events) : INodeView
    {
        public void Happened(NodeEvent happened) => events.Add(happened);
    }
}
