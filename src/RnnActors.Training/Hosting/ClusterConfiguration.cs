using System.Globalization;
using System.Reflection;
using Akka.Configuration;

namespace RnnActors.Training.Hosting;

/// <summary>The configuration of an actor system, from the resources beside this file and a node's options.</summary>
internal static class ClusterConfiguration
{
    /// <summary>Of RnnActors. Nodes of two versions do not train together.</summary>
    public static string Version { get; } = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    public static Config Of(NodeOptions options)
    {
        List<string> roles = [];
        if (options.Role.HasFlag(NodeRoles.Coordinator)) roles.Add(ClusterPaths.CoordinatorRole);
        if (options.Role.HasFlag(NodeRoles.Worker)) roles.Add(ClusterPaths.WorkerRole);
        return ConfigurationFactory.ParseString($$"""
            akka.remote.dot-netty.tcp {
              hostname = {{Quoted(HostAndPort.Normalised(options.Bind))}}
              public-hostname = {{Quoted(options.EffectivePublicHost)}}
              port = {{options.Port}}
              enable-ssl = {{(options.Tls is null ? "off" : "on")}}
            }
            akka.cluster {
              roles = [{{string.Join(", ", roles.Select(Quoted))}}]
              app-version = {{Quoted(Version)}}
              failure-detector.acceptable-heartbeat-pause = {{Milliseconds(options.SuspectAfter)}}
            }
            akka.coordinated-shutdown.phases.service-requests-done.timeout = {{Milliseconds(options.LeaveTimeout)}}
            rnnactors.down-after = {{Milliseconds(options.DownAfter)}}
            """).WithFallback(Resource("cluster.conf")).WithFallback(Resource("reference.conf"));
    }

    public static Config Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"RnnActors.Training.Hosting.{name}")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms";

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
