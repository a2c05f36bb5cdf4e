using System.Globalization;
using Akka.Configuration;
using RnnActors.Core.Problems;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;

namespace RnnActors.Training.Hosting;

/// <summary>The configuration of a node's actor system: its options on top of what all nodes share.</summary>
internal static class NodeSystemConfiguration
{
    public static Config Of(NodeOptions options)
    {
        List<string> roles = [];
        if (options.Role.HasFlag(NodeRoles.Coordinator)) roles.Add(ClusterPaths.CoordinatorRole);
        if (options.Role.HasFlag(NodeRoles.Worker)) roles.Add(ClusterPaths.WorkerRole);
        return Given(options).WithFallback(ConfigurationFactory.ParseString($$"""
            akka.remote.dot-netty.tcp {
              hostname = {{ActorSystemConfiguration.Quoted(HostAndPort.Normalised(options.Bind))}}
              public-hostname = {{ActorSystemConfiguration.Quoted(options.EffectivePublicHost)}}
              port = {{options.Port}}
              {{ActorSystemConfiguration.Secured(options.Tls is not null)}}
            }
            akka.cluster {
              roles = [{{string.Join(", ", roles.Select(ActorSystemConfiguration.Quoted))}}]
              app-version = {{ActorSystemConfiguration.Quoted(ProductVersion.Text)}}
              failure-detector.acceptable-heartbeat-pause = {{Milliseconds(options.SuspectAfter)}}
            }
            akka.coordinated-shutdown.phases.service-requests-done.timeout = {{Milliseconds(options.LeaveTimeout)}}
            rnnactors.down-after = {{Milliseconds(options.DownAfter)}}
            """)).WithFallback(ActorSystemConfiguration.Remote());
    }

    private static Config Given(NodeOptions options)
    {
        try
        {
            return options.Akka is { } text ? ConfigurationFactory.ParseString(text) : Config.Empty;
        }
        catch (Exception error) // the parser may throw anything
        {
            throw new InvalidInputException($"{nameof(NodeOptions.Akka)} is no HOCON: {error.Message.TrimEnd('.')}", cause: error);
        }
    }

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) + "ms";
}
