using Microsoft.Extensions.Hosting;

namespace RnnActors.Cli.Processes;

/// <summary>The lifetime of a host in this process that ignores signals, since <see cref="StopSignals"/> handles them.</summary>
internal sealed class UnsignalledLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
