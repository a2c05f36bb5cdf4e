using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using RnnActors.Cli.Http;
using RnnActors.Core.Problems;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Telemetry;

namespace RnnActors.Cli.Nodes;

/// <summary>A node's metrics and health are available over HTTP.</summary>
/// <param name="Address">The address: <c>http://127.0.0.1:9464/</c>.</param>
internal sealed record EndpointsListening(string Address) : NodeEvent
{
    public override string Text => $"Metrics at {Address}metrics, health at {Address}health/live and {Address}health/ready";
}

/// <summary>A node's endpoints for operators: <c>/metrics</c> in Prometheus' text format, <c>/health/live</c>, <c>/health/ready</c>.</summary>
internal static class NodeEndpoints
{
    private const string Live = "/health/live", Ready = "/health/ready";

    /// <returns>Null if the node has no endpoints.</returns>
    /// <exception cref="InvalidInputException">The address or the port is not available.</exception>
    public static async Task<WebServer?> StartAsync(NodeOptions options, HealthCheckService health, INodeView view)
    {
        if (options.MetricsPort is not { } port) return null;
        if (!IPAddress.TryParse(options.MetricsBind, out var address))
            throw new InvalidInputException($"--metrics-bind is '{options.MetricsBind}', which is no IP address",
                "Give 127.0.0.1, 0.0.0.0 or an address of this machine");
        var server = await WebServer.StartAsync(address, port, "--metrics", context => AnswerAsync(context, health), AddMetrics,
            app => app.UseOpenTelemetryPrometheusScrapingEndpoint())
            .ConfigureAwait(false);
        view.Happened(new EndpointsListening(server.Address.ToString()));
        return server;
    }

    private static void AddMetrics(IServiceCollection services) => services.AddOpenTelemetry().WithMetrics(
        metrics => metrics.ConfigureResource(resource =>
        resource.AddService("rnnactors", serviceVersion: typeof(NodeEndpoints).Assembly.GetName().Version!.ToString(3)))
            .AddMeter(TrainingMeter.Name, "System.Runtime").AddPrometheusExporter(exporter => exporter.ScrapeResponseCacheDurationMilliseconds = 0));

    private static async Task AnswerAsync(HttpContext context, HealthCheckService health)
    {
        string path = context.Request.Path.Value ?? "";
        if (path is not (Live or Ready))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var report = await health.CheckHealthAsync(check => path == Ready || check.Tags.Contains(TrainingServices.LiveTag), context.RequestAborted)
            .ConfigureAwait(false);
        context.Response.StatusCode = report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        context.Response.ContentType = "text/plain; charset=utf-8";
        string[] lines = [.. report.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry =>
            $"{entry.Key}: {entry.Value.Status.ToString().ToLowerInvariant()}{(entry.Value.Description is { } why ? $", {why}" : "")}\n")];
        if (HttpMethods.IsGet(context.Request.Method)) await context.Response.WriteAsync(string.Concat(lines), context.RequestAborted).ConfigureAwait(false);
    }
}
