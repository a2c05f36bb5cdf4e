using System.Reflection;
using Akka.Configuration;
using Akka.Remote.Transport.DotNetty;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.ActorSystems;

/// <summary>The configuration of actor systems, from the resources beside this file.</summary>
internal static class ActorSystemConfiguration
{
    private const string Allocator = "io.netty.allocator.type";

    /// <summary>For one process: dispatchers, and no port.</summary>
    public static Config Local() => Resource("reference.conf");

    /// <summary>The messages that may be sent between processes, and nothing else.</summary>
    public static Config Serialization() => Resource("serialization.conf");

    /// <summary>What members and clients of a cluster have in common.</summary>
    public static Config Remote()
    {
        UseNoPools();
        return Resource("cluster.conf").WithFallback(Serialization()).WithFallback(Local());
    }

    /// <summary>For a client, which speaks to a cluster without being a member.</summary>
    /// <param name="host">The address of this machine that the cluster sees.</param>
    public static Config Client(string host, bool isSecure) => ConfigurationFactory.ParseString($$"""
        akka.actor.provider = remote
        akka.loglevel = OFF
        akka.remote.dot-netty.tcp {
          hostname = {{Quoted(host)}}
          port = 0
          {{Secured(isSecure)}}
        }
        """).WithFallback(Remote());

    /// <summary>The TLS part of a transport's configuration. Under TLS, the roles of certificates decide what a connection may send.</summary>
    public static string Secured(bool isSecure) => isSecure
        ? $"""
            enable-ssl = on
            transport-class = {Quoted(typeof(RoleGatedTransport).AssemblyQualifiedName!)}
            """
        : "enable-ssl = off";

    /// <summary>
    /// Mutual TLS under the cluster's own certificate authority. Host names are not checked: any holder of its certificate belongs to the cluster.
    /// </summary>
    /// <remarks>
    /// Akka.Remote's transport loads its certificate once, at start, and speaks TLS 1.2, as DotNetty does; neither can be configured. Trust is checked for each
    /// connection.
    /// </remarks>
    public static DotNettySslSetup Secure(TlsCredentials credentials)
    {
        var shown = credentials.Certificate;
        credentials.RemotingCertificate = shown;
        return new DotNettySslSetup(
            shown, suppressValidation: false, requireMutualAuthentication: true, validateCertificateHostname: false,
            (certificate, _, _, _, _) => credentials.IsTrusted(certificate));
    }

    /// <summary>A text as a HOCON string.</summary>
    public static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// Turns buffer pooling off. Akka's enable-pooling covers the listening socket alone; accepted connections use DotNetty's default allocator. An environment
    /// variable sets that one, once per process. A value that the user has set stays.
    /// </summary>
    private static void UseNoPools()
    {
        if (Environment.GetEnvironmentVariable(Allocator) is null) Environment.SetEnvironmentVariable(Allocator, "unpooled");
    }

    private static Config Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"RnnActors.Training.ActorSystems.{name}")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
