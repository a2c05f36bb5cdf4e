using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RnnActors.Training.Hosting;

/// <summary>
/// The last results of a node's health checks, in a file of its data directory. So a probe needs no port, and the age of the file shows a node that hangs.
/// </summary>
/// <param name="name">The file's name.</param>
public sealed class HealthFile(string directory, string name = "health.json") : IHealthCheckPublisher
{
    /// <summary>The time between two reports.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>An older report counts as missing.</summary>
    private static readonly TimeSpan MaxAge = 6 * Period;

    private readonly string _path = Path.Combine(directory, name);

    /// <summary>The file of a node on this machine; nodes that share a directory have a file each.</summary>
    public static HealthFile Of(NodeOptions options) =>
        options.SharedCheckpoints
            ? new HealthFile(options.EffectiveDataDirectory, $"health-{Environment.MachineName}-{options.Port}.json")
            : new HealthFile(options.EffectiveDataDirectory);

    public Task PublishAsync(HealthReport report, CancellationToken cancellationToken)
    {
        var content = new Content(
            Environment.TickCount64,
            [.. report.Entries.Select(entry =>
                new Check(entry.Key, [.. entry.Value.Tags], entry.Value.Status != HealthStatus.Unhealthy, entry.Value.Description,
                    entry.Value.Status == HealthStatus.Degraded))]);
        try
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(_path + ".tmp", JsonSerializer.Serialize(content, JsonSerializerOptions.Web));
            File.Move(_path + ".tmp", _path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file grows old, which a probe notices.
        }

        return Task.CompletedTask;
    }

    /// <summary>Removes the report of an earlier process.</summary>
    public void Clear()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The file grows old, which a probe notices.
        }
    }

    /// <summary>Reads whether the node is healthy.</summary>
    /// <param name="onlyAlive">Whether a live process is enough, as for probes that restart it.</param>
    /// <returns>What is wrong, as a sentence; null if nothing is.</returns>
    public string? Read(bool onlyAlive)
    {
        Content? content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(File.ReadAllText(_path), JsonSerializerOptions.Web);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return $"No node reports its health in {directory}.";
        }

        if (content?.Checks is not { Count: > 0 } || content.Checks.Any(check => check?.Tags is null)) return $"{_path} says nothing.";
        double age = (Environment.TickCount64 - (double)content.Uptime) / 1000;
        if (age < 0) return "The node's last report of its health is from before this machine was started.";
        if (age > MaxAge.TotalSeconds) return $"The node's last report of its health is {age:0} s old: it hangs, or it has ended.";
        var bad = content.Checks.FirstOrDefault(check => !check!.IsHealthy && (!onlyAlive || check.Tags.Contains(NodeHealthCheck.Live)));
        return bad is null ? null : $"{bad.Name}: {bad.Description ?? "not healthy"}";
    }

    /// <summary>Warnings of a healthy node, as sentences.</summary>
    public IReadOnlyList<string> ReadWarnings()
    {
        try
        {
            var content = JsonSerializer.Deserialize<Content>(File.ReadAllText(_path), JsonSerializerOptions.Web);
            return [.. (content?.Checks ?? []).Where(check => check is { IsWarning: true, Description: not null }).Select(check => check!.Description!)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }

    /// <param name="Uptime">The machine's uptime in milliseconds, since the time of day may be set while the node runs.</param>
    private sealed record Content(long Uptime, IReadOnlyList<Check?> Checks);

    private sealed record Check(string Name, IReadOnlyList<string> Tags, bool IsHealthy, string? Description, bool IsWarning = false);
}
