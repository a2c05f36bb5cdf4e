using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting.Systemd;

namespace RnnActors.Cli.Nodes;

/// <summary>Notifies systemd that the node has started, that its actors respond, and that it stops. Without systemd it does nothing.</summary>
internal sealed class SystemdWatchdog(ISystemdNotifier systemd, HealthCheckService health)
{
    private const string Live = "live", Variable = "WATCHDOG_USEC";

    /// <summary>How many notifications are sent within the watchdog's interval.</summary>
    private const int Times = 3;

    private static readonly ServiceState Alive = new("WATCHDOG=1");

    public async Task RunAsync(CancellationToken stopping)
    {
        if (!systemd.IsEnabled) return;
        systemd.Notify(ServiceState.Ready);
        bool isAsked = long.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds)
            && microseconds > 0;
        var pause = isAsked ? TimeSpan.FromMicroseconds(microseconds) / Times : Timeout.InfiniteTimeSpan;
        try
        {
            while (true)
            {
                if (isAsked && await IsAliveAsync(stopping).ConfigureAwait(false)) systemd.Notify(Alive);
                await Task.Delay(pause, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            systemd.Notify(ServiceState.Stopping);
            // Handing work over may take longer than the watchdog's interval; TimeoutStopSec limits it.
            if (isAsked) systemd.Notify(new ServiceState("WATCHDOG_USEC=" + (100 * microseconds).ToString(CultureInfo.InvariantCulture)));
        }
    }

    private async Task<bool> IsAliveAsync(CancellationToken cancellation)
    {
        var report = await health.CheckHealthAsync(check => check.Tags.Contains(Live), cancellation).ConfigureAwait(false);
        return report.Status != HealthStatus.Unhealthy;
    }
}
