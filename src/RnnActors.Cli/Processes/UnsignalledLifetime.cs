using Microsoft.Extensions.Hosting;

namespace RnnActors.Cli.Processes;

/// <summary>The lifetime of a host in this process that hears no signals: they are <see cref="StopSignals"/>'s.</summary>
internal sealed class UnsignalledLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
