using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RnnActors.Training.Hosting;

/// <summary>A health check of the node, asked of its present actor system.</summary>
internal sealed class NodeHealthCheck(RnnActorsNode node, string check) : IHealthCheck
{
    /// <summary>The process lives: enough for a probe that restarts it.</summary>
    public const string ActorSystem = "rnnactors-actor-system";

    /// <summary>The node is a member.</summary>
    public const string Cluster = "rnnactors-cluster";

    /// <summary>There is a coordinator and it is reachable.</summary>
    public const string Coordinator = "rnnactors-coordinator";

    /// <summary>The node is able to take part: the coordinator has let it in, and it has what its part needs.</summary>
    public const string Part = "rnnactors-part";

    /// <summary>Whether the node's certificates stay valid for a while. Degraded if not, never unhealthy.</summary>
    public const string Certificates = "rnnactors-certificates";

    /// <summary>The tags of the checks, as probes know them.</summary>
    public const string Live = "live", Ready = "ready";

    public static readonly IReadOnlyList<(string Name, string Tag)> All =
        [(ActorSystem, Live), (Cluster, Ready), (Coordinator, Ready), (Part, Ready), (Certificates, Ready)];

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        check == Certificates ? Task.FromResult(node.CheckCertificates()) : node.CheckAsync(check, cancellationToken);
}
