using RnnActors.EndToEnd.Tests.Readme;

namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary>The template unit of <c>deploy/systemd</c> for one role.</summary>
internal sealed class SystemdUnit
{
    private readonly List<(string Key, string Value)> _settings;

    private SystemdUnit(string role, List<(string Key, string Value)> settings, string environmentFile) =>
        (Role, _settings, EnvironmentFile) = (role, settings, environmentFile);

    public static string Folder { get; } = Path.Combine(DocumentFolder.Repository, "deploy", "systemd");

    public static IReadOnlyList<string> Roles { get; } = ["coordinator", "worker"];

    public string Role { get; }

    /// <summary>The lines of the role's file of variables, those that are commented out as well: they can be used by removing a sign.</summary>
    public string EnvironmentFile { get; }

    public DeployedCommand Command
    {
        get
        {
            var lines = Values("Environment").Concat(EnvironmentFile.Split('\n').Select(line => line.TrimStart('#'))
                .Where(line => line.StartsWith("RnnActors__", StringComparison.Ordinal)));
            var environment = lines.Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
            return new DeployedCommand($"systemd rnnactors@{Role}", [.. Values("ExecStart").Single().Split(' ').Skip(1)], environment);
        }
    }

    /// <summary>With the specifiers of a system service filled in.</summary>
    public static SystemdUnit Read(string role)
    {
        string text = File.ReadAllText(Path.Combine(Folder, "rnnactors@.service"))
            .Replace("%i", role, StringComparison.Ordinal).Replace("%S", "/var/lib", StringComparison.Ordinal)
                .Replace("%d", $"/run/credentials/rnnactors@{role}.service", StringComparison.Ordinal);
        var settings = text.Split('\n').Where(line => line.Contains('=') && line[0] is not ('#' or '['))
            .Select(line => (line.Split('=', 2)[0], line.Split('=', 2)[1])).ToList();
        return new SystemdUnit(role, settings, File.ReadAllText(Path.Combine(Folder, role + ".env")));
    }

    public IEnumerable<string> Values(string key) => _settings.Where(setting => setting.Key == key).Select(setting => setting.Value);
}
