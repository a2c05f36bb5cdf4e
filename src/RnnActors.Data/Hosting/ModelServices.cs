using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Problems;
using RnnActors.Data.Trained;

namespace RnnActors.Data.Hosting;

/// <summary>Trained networks as services of any .NET host.</summary>
public static class ModelServices
{
    /// <summary>
    /// Adds a run's newest model. A scope, such as a web request, that takes <see cref="TrainedModel"/> keeps the same model to its end; a newer checkpoint is
    /// used by later scopes. Longer-lived services take <see cref="LiveModel"/>.
    /// </summary>
    /// <param name="path">The folder of a run, or one of its checkpoints.</param>
    /// <exception cref="InvalidInputException">
    /// When the host starts: there is no usable checkpoint, unless <see cref="LiveModelOptions.IsRequired"/> is false. At once: such a model was already added.
    /// </exception>
    public static IServiceCollection AddRnnActorsModel(this IServiceCollection services, string path, Action<LiveModelOptions>? configure = null)
    {
        RefuseSecond(services, key: null, path);
        services.AddSingleton(provider => Create(provider, path, configure));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<LiveModel>());
        return services.AddScoped(provider => provider.GetRequiredService<LiveModel>().Current);
    }

    /// <summary>Adds one of several models under a key: <c>[FromKeyedServices("prices")] TrainedModel model</c>.</summary>
    /// <inheritdoc cref="AddRnnActorsModel(IServiceCollection, string, Action{LiveModelOptions})"/>
    public static IServiceCollection AddKeyedRnnActorsModel(this IServiceCollection services, object key, string path,
        Action<LiveModelOptions>? configure = null)
    {
        RefuseSecond(services, key, path);
        services.AddKeyedSingleton(key, (provider, _) => Create(provider, path, configure));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<LiveModel>(key));
        return services.AddKeyedScoped(key, (provider, _) => provider.GetRequiredKeyedService<LiveModel>(key).Current);
    }

    /// <summary>Refuses a second model of the same key: the host would start one twice and the other never.</summary>
    private static void RefuseSecond(IServiceCollection services, object? key, string path)
    {
        if (services.Any(service => service.ServiceType == typeof(LiveModel) && Equals(service.ServiceKey, key)))
            throw new InvalidInputException(key is null ? "this host has a model already" : $"this host has a model of the key '{key}' already",
                "Add each of several with AddKeyedRnnActorsModel and a key of its own", new SourceLocation(path));
    }

    private static LiveModel Create(IServiceProvider provider, string path, Action<LiveModelOptions>? configure)
    {
        var options = new LiveModelOptions();
        configure?.Invoke(options);
        return new LiveModel(path, options, provider.GetRequiredService<ILogger<LiveModel>>(), provider.GetService<TimeProvider>());
    }
}
