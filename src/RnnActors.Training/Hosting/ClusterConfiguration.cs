using System.Globalization;
using System.Reflection;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using RnnActors.Core.Problems;
using RnnActors.Training.Transfer;

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
        return Given(options).WithFallback(ConfigurationFactory.ParseString($$"""
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
            """)).WithFallback(Shared());
    }

    /// <summary>Of what speaks to a cluster without being a member.</summary>
    /// <param name="host">The address of this machine that the cluster sees.</param>
    public static Config OfClient(string host, bool isSecure) => ConfigurationFactory.ParseString($$"""
        akka.actor.provider = remote
        akka.loglevel = OFF
        akka.remote.dot-netty.tcp {
          hostname = {{Quoted(host)}}
          port = 0
          enable-ssl = {{(isSecure ? "on" : "off")}}
        }
        """).WithFallback(Shared());

    /// <summary>Mutual TLS by the cluster's own authority. Names are not compared: whoever has a certificate of it belongs to the cluster.</summary>
    public static DotNettySslSetup Secure(TlsCredentials credentials) => new(
        credentials.Certificate, suppressValidation: false, requireMutualAuthentication: true, validateCertificateHostname: false,
        (certificate, _, _, _, _) => credentials.IsTrusted(certificate));

    /// <summary>What members and clients have alike.</summary>
    private static Config Shared() => Resource("cluster.conf").WithFallback(LocalTraining.Serialization()).WithFallback(LocalTraining.Configuration());

    public static Config Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"RnnActors.Training.Hosting.{name}")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    private static Config Given(NodeOptions options)
    {
        try
        {
            return options.Akka is { } text ? ConfigurationFactory.ParseString(text) : Config.Empty;
        }
        catch (Exception error) // the parser throws whatever it meets
        {
            throw new InvalidInputException($"{nameof(NodeOptions.Akka)} is no HOCON: {error.Message.TrimEnd('.')}", cause: error);
        }
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms";

    private static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
