using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using RnnActors.Cli.Display;
using RnnActors.Cli.Pages;
using RnnActors.Cli.Processes;
using RnnActors.Cli.Telemetry;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Clusters;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;

namespace RnnActors.Cli.Nodes;

/// <summary>An OpenTelemetry collector does not accept this node's traces.</summary>
internal sealed record TracesNotSent(string Problem) : NodeEvent
{
    public override string Text => Problem;
}

/// <summary>A process that is a node until a signal comes.</summary>
internal static class NodeProcess
{
    /// <param name="run">A specification to submit to the cluster; null for none.</param>
    /// <returns>The exit code: success, if a signal ended the node.</returns>
    public static async Task<int> RunAsync(Terminal terminal, IConfiguration configuration, string? run, bool json, bool showDetails)
    {
        PrivateUmask.Set();
        var brought = run is null ? null : NodeRun.Load(run);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddConfiguration(configuration);
        json |= NodeOptions.Read(configuration).LogFormat == NodeLogFormat.Json;
        var view = new NodeView(terminal, json, TimeProvider.System);
        builder.Services.AddSingleton<IHostLifetime, UnsignalledLifetime>();
        builder.Services.AddSingleton<INodeView>(view);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Timeout.InfiniteTimeSpan); // the node's own limits apply
        if (showDetails)
        {
            var console = json ? builder.Logging.AddJsonConsole() : builder.Logging.AddSimpleConsole();
            console.AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        }


        builder.Services.AddRnnActorsTraining(formats: TaskKinds.DatasetFormats);
        builder.Services.AddRnnActorsHealthFile();
        using var signals = new StopSignals(terminal.Restore);
        using var host = builder.Build();
        using var otlp = OtlpExport.Start(host.Services.GetRequiredService<NodeOptions>().Otlp, problem => view.Happened(new TracesNotSent(problem)));
        await using var endpoints = await NodeEndpoints.StartAsync(
            host.Services.GetRequiredService<NodeOptions>(), host.Services.GetRequiredService<HealthCheckService>(), view).ConfigureAwait(false);
        var (node, options) = (host.Services.GetRequiredService<RnnActorsNode>(), host.Services.GetRequiredService<NodeOptions>());
        await using var page = await NodePage.OpenAsync(options, node, view).ConfigureAwait(false);
        await host.StartAsync(CancellationToken.None).ConfigureAwait(false);
        page?.Watch(node.Address!.Value);
        var systemd = new SystemdWatchdog(new SystemdNotifier(), host.Services.GetRequiredService<HealthCheckService>());
        var watched = systemd.RunAsync(signals.Token);
        var stopped = new TaskCompletionSource();
        var bringing = brought?.SubmitAsync(node.Address!.Value, options, view, signals.Token) ?? Task.CompletedTask;
        await using (signals.Token.Register(stopped.SetResult).ConfigureAwait(false)) await stopped.Task.ConfigureAwait(false);
        view.Leaving();
        await watched.ConfigureAwait(false);
        await bringing.ConfigureAwait(false);
        await host.StopAsync(CancellationToken.None).ConfigureAwait(false);
        return ExitCode.Done;
    }
}
