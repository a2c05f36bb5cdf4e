using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RnnActors.Core.Problems;
using RnnActors.Data.Specifications;
using RnnActors.Runs.Folders;

namespace RnnActors.Runs.Hosting;

/// <summary>Registers training as a service of a .NET host.</summary>
public static class BackgroundTrainingServices
{
    /// <summary>
    /// Trains a run in the background of the host, in this process, with low-priority threads. A second run needs a folder of its own.
    /// <see cref="BackgroundTraining"/> tells how it goes; of several it is registered with the folder as its key.
    /// </summary>
    /// <param name="folder">Where its checkpoints go. If it holds a run of the same specification, that is resumed, to the bits of one that never
    /// stopped.</param>
    /// <exception cref="InvalidInputException">Thrown when the host starts: an option is out of range.</exception>
    public static IServiceCollection AddRnnActorsBackgroundTraining(
        this IServiceCollection services, string folder, RunSpecification specification, Action<BackgroundTrainingOptions>? configure = null)
    {
        string key = new RunFolder(folder).Path;
        if (services.Any(service => service.IsKeyedService && service.ServiceType == typeof(BackgroundTraining) && key.Equals(service.ServiceKey)))
            throw new InvalidInputException("this host trains a run in this folder already", "Give each run a folder of its own", new SourceLocation(folder));
        services.AddKeyedSingleton(key, (provider, _) =>
        {
            var options = new BackgroundTrainingOptions();
            configure?.Invoke(options);
            return new BackgroundTraining(folder, specification, options, provider.GetRequiredService<ILogger<BackgroundTraining>>());
        });
        services.AddSingleton(provider => provider.GetRequiredKeyedService<BackgroundTraining>(key));
        return services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<BackgroundTraining>(key));
    }
}
