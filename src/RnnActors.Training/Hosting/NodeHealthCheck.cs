using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RnnActors.Training.Hosting;

/// <summary>One of the node's health checks, asked of whichever actor system it has at the moment.</summary>
internal sealed class NodeHealthCheck(RnnActorsNode node, string check) : IHealthCheck
{
    /// <summary>The process lives: a probe that restarts it asks for this alone.</summary>
    public const string ActorSystem = "rnnactors-actor-system";

    /// <summary>The node is a member.</summary>
    public const string Cluster = "rnnactors-cluster";

    /// <summary>There is a coordinator, and it is heard.</summary>
    public const string Coordinator = "rnnactors-coordinator";

    /// <summary>The tags of the checks, as probes know them.</summary>
    public const string Live = "live", Ready = "ready";

    public static readonly IReadOnlyList<(string Name, string Tag)> All = [(ActorSystem, Live), (Cluster, Ready), (Coordinator, Ready)];

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => node.CheckAsync(check, cancellationToken);
}
