using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;

namespace RnnActors.Training.Hosting;

/// <summary>Makes any .NET host a node of a training cluster.</summary>
public static class TrainingServices
{
    /// <summary>The tag of health checks for a liveness probe, which restarts the process.</summary>
    public const string LiveTag = NodeHealthCheck.Live;

    /// <summary>
    /// Adds a node, which starts, joins and leaves with the host. Options come from the section <see cref="NodeOptions.Section"/> of the host's configuration,
    /// then from <paramref name="configure"/>. Four health checks are registered: <c>rnnactors-actor-system</c> (tag <c>live</c>), <c>rnnactors-cluster</c>,
    /// <c>rnnactors-coordinator</c> and <c>rnnactors-part</c> (tag <c>ready</c>). If the host has a <see cref="TimeProvider"/>, the node detects pauses of its
    /// process by it.
    /// </summary>
    /// <param name="formats">The kinds of datasets that the node's runs may have; null for <see cref="ArrayDataset"/> alone.</param>
    /// <exception cref="InvalidInputException">When the host starts: a value of the configuration cannot be used.</exception>
    public static IServiceCollection AddRnnActorsTraining(
        this IServiceCollection services, Action<NodeOptions>? configure = null, IReadOnlyList<DatasetFormat>? formats = null) =>
        services.AddRnnActorsTraining(TrainingActors.Create(new DatasetFile(formats ?? [new ArrayDatasetFormat(), new RaggedDatasetFormat()])), configure);

    internal static IServiceCollection AddRnnActorsTraining(this IServiceCollection services, NodeActors actors, Action<NodeOptions>? configure)
    {
        services.AddSingleton(provider =>
        {
            var options = NodeOptions.Read(provider.GetRequiredService<IConfiguration>());
            configure?.Invoke(options);
            return options;
        });
        services.AddSingleton(provider => new RnnActorsNode(
            provider.GetRequiredService<NodeOptions>(), actors, provider.GetRequiredService<ILoggerFactory>(), provider.GetService<INodeView>(),
            provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddHostedService(provider => provider.GetRequiredService<RnnActorsNode>());
        var checks = services.AddHealthChecks();
        foreach (var (name, tag) in NodeHealthCheck.All)
            checks.Add(new HealthCheckRegistration(name, provider => new NodeHealthCheck(provider.GetRequiredService<RnnActorsNode>(), name), null, [tag]));
        return services;
    }

    /// <summary>
    /// Writes the results of the health checks into the node's data directory every few seconds, for probes that run a command (<c>rnnactors health</c>).
    /// </summary>
    public static IServiceCollection AddRnnActorsHealthFile(this IServiceCollection services)
    {
        services.Configure<HealthCheckPublisherOptions>(options => (options.Delay, options.Period) = (HealthFile.Period / 5, HealthFile.Period));
        return services.AddSingleton<IHealthCheckPublisher>(provider => HealthFile.Of(provider.GetRequiredService<NodeOptions>()));
    }
}
