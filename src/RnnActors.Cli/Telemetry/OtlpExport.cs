using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RnnActors.Core.Problems;
using RnnActors.Training.Telemetry;

namespace RnnActors.Cli.Telemetry;

/// <summary>
/// Exports this process's traces and metrics to an OpenTelemetry collector, by OTLP. If the collector is down, only the data of that time are lost.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    public const string Option = "--otlp";

    public const string Description =
        "Send traces and metrics to a collector of OpenTelemetry, by OTLP over HTTP (http://localhost:4318). Without it, "
        + $"{EndpointVariable} says where, if it is set.";

    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT", ProtocolVariable = "OTEL_EXPORTER_OTLP_PROTOCOL", NameVariable = "OTEL_SERVICE_NAME";

    /// <summary>Steps of small networks take less than a millisecond, so the queue is long. What does not fit is dropped.</summary>
    private const int MaxWaiting = 32_768, MaxAtOnce = 2048, BetweenSendings = 1000;

    private readonly TracerProvider _traces;
    private readonly MeterProvider _metrics;

    private OtlpExport(Uri? address, Action<string> report)
    {
        _traces = Sdk.CreateTracerProviderBuilder().ConfigureResource(Describe).AddSource(TrainingActivities.Name)
            .AddProcessor(_ => new BatchActivityExportProcessor(
                new ObservedExporter(Options(address, "v1/traces"), report), MaxWaiting, BetweenSendings, maxExportBatchSize: MaxAtOnce))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder().ConfigureResource(Describe).AddMeter(TrainingMeter.Name, "System.Runtime")
            .AddOtlpExporter(options => Set(options, address, "v1/metrics")).Build();
    }

    /// <param name="url">The collector's address; null for what the environment variables say.</param>
    /// <param name="report">Called once, on another thread, if traces cannot be sent.</param>
    /// <returns>Null if no collector is configured.</returns>
    /// <exception cref="InvalidInputException">The address is not an HTTP address.</exception>
    public static OtlpExport? Start(string? url, Action<string> report)
    {
        if (url is null) return string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable)) ? null : new OtlpExport(null, report);
        if (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new InvalidInputException($"{Option} is '{url}', which is no address of HTTP", "Give one such as http://localhost:4318");
        return new OtlpExport(address, report);
    }

    /// <summary>Starts an export for a command that trains in this process, unless a cluster does.</summary>
    /// <inheritdoc cref="Start(string?, Action{string})"/>
    /// <exception cref="InvalidInputException">
    /// The address is not an HTTP address, or it is given for a cluster, whose nodes export their own traces.
    /// </exception>
    public static OtlpExport? Start(string? url, bool isOnCluster, Action<string> report)
    {
        if (!isOnCluster) return Start(url, report);
        if (url is null) return null;
        throw new InvalidInputException($"{Option} tells of a training in this process, and a cluster trains in its own",
            $"Start its nodes with rnnactors node {Option} URL");
    }

    /// <summary>Sends the rest, for a few seconds at most.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
    }

    private static OtlpExporterOptions Options(Uri? address, string path)
    {
        var options = new OtlpExporterOptions();
        Set(options, address, path);
        return options;
    }

    /// <summary>Headers, timeout and certificates come from the environment variables.</summary>
    private static void Set(OtlpExporterOptions options, Uri? address, string path)
    {
        if (address is null) return;
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(ProtocolVariable))) options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = options.Protocol == OtlpExportProtocol.HttpProtobuf ? new Uri(address, path) : address;
    }

    private static void Describe(ResourceBuilder resource) => resource.AddService(
        Environment.GetEnvironmentVariable(NameVariable) is { Length: > 0 } name ? name : "rnnactors",
        serviceVersion: typeof(OtlpExport).Assembly.GetName().Version!.ToString(3));

    /// <summary>Reports failed exports, about which OpenTelemetry itself is silent.</summary>
    private sealed class ObservedExporter(OtlpExporterOptions options, Action<string> report) : OtlpTraceExporter(options)
    {
        private readonly Uri _endpoint = options.Endpoint;
        private bool _isReported;

        public override ExportResult Export(in Batch<Activity> batch)
        {
            var result = base.Export(batch);
            if (result == ExportResult.Failure && !_isReported)
            {
                _isReported = true;
                report($"The collector at {_endpoint} does not take traces; they are lost while it does not");
            }

            return result;
        }
    }
}
