using System.Globalization;
using Microsoft.Extensions.Configuration;
using RnnActors.Core.Problems;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>Reads <see cref="NodeOptions"/> from a host's configuration. A key that is none, or a value that is none, is an error and not passed over.</summary>
internal static class NodeOptionsReader
{
    private static readonly Dictionary<string, Action<NodeOptions, IConfigurationSection>> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(NodeOptions.Role)] = (options, section) => options.Role = ParseRole(Texts(section)),
        [nameof(NodeOptions.Bind)] = (options, section) => options.Bind = Text(section),
        [nameof(NodeOptions.PublicHost)] = (options, section) => options.PublicHost = Text(section),
        [nameof(NodeOptions.Port)] = (options, section) => options.Port = Whole(section),
        [nameof(NodeOptions.ChannelPort)] = (options, section) => options.ChannelPort = Whole(section),
        [nameof(NodeOptions.Join)] = (options, section) => options.Join = [.. Texts(section).Select(HostAndPort.Parse)],
        [nameof(NodeOptions.Workers)] = (options, section) => options.Workers = Whole(section),
        [nameof(NodeOptions.DataDirectory)] = (options, section) => options.DataDirectory = Text(section),
        [nameof(NodeOptions.SharedCheckpoints)] = (options, section) => options.SharedCheckpoints = Truth(section),
        [nameof(NodeOptions.Tls)] = (options, section) => options.Tls = Tls(section),
        [nameof(NodeOptions.DangerouslyAllowPlainText)] = (options, section) => options.DangerouslyAllowPlainText = Truth(section),
        [nameof(NodeOptions.SuspectAfter)] = (options, section) => options.SuspectAfter = Duration(section),
        [nameof(NodeOptions.DownAfter)] = (options, section) => options.DownAfter = Duration(section),
        [nameof(NodeOptions.FormAfter)] = (options, section) => options.FormAfter = Duration(section),
        [nameof(NodeOptions.LeaveTimeout)] = (options, section) => options.LeaveTimeout = Duration(section),
        [nameof(NodeOptions.Akka)] = (options, section) => options.Akka = Text(section),
    };

    /// <exception cref="InvalidInputException">A key or a value cannot be used.</exception>
    public static NodeOptions Read(IConfigurationSection section)
    {
        var options = new NodeOptions();
        foreach (var child in section.GetChildren())
        {
            if (!Keys.TryGetValue(child.Key, out var read)) throw Unknown(child, Keys.Keys);
            if (child.Value is { Length: 0 } || (child.Value is null && !child.GetChildren().Any())) continue; // an empty variable says nothing
            read(options, child);
        }

        return options;
    }

    /// <exception cref="InvalidInputException">A role is unknown.</exception>
    public static NodeRoles ParseRole(IEnumerable<string> names)
    {
        var roles = NodeRoles.None;
        foreach (string name in names)
        {
            roles |= name.ToLowerInvariant() switch
            {
                ClusterPaths.CoordinatorRole => NodeRoles.Coordinator,
                ClusterPaths.WorkerRole => NodeRoles.Worker,
                _ => throw new InvalidInputException(
                    $"there is no role {name}",
                    Suggestion.Nearest(name, [ClusterPaths.CoordinatorRole, ClusterPaths.WorkerRole]) is { } meant
                        ? $"Did you mean {meant}"
                        : $"The roles are {ClusterPaths.CoordinatorRole} and {ClusterPaths.WorkerRole}"),
            };
        }

        return roles;
    }

    /// <summary>A list: <c>a,b</c> in one value, or values of their own.</summary>
    private static IEnumerable<string> Texts(IConfigurationSection section) =>
        (section.Value is { } one ? [one] : section.GetChildren().Select(child => child.Value ?? ""))
        .SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Text(IConfigurationSection section) => section.Value?.Trim() ?? throw Wrong(section, "a text");

    private static int Whole(IConfigurationSection section) =>
        int.TryParse(section.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : throw Wrong(section, "a whole number of 0 or more");

    private static bool Truth(IConfigurationSection section) => bool.TryParse(section.Value, out bool value) ? value : throw Wrong(section, "true or false");

    /// <summary>Seconds, or hours:minutes:seconds.</summary>
    private static TimeSpan Duration(IConfigurationSection section)
    {
        if (double.TryParse(section.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds < 1e6) return TimeSpan.FromSeconds(seconds);
        return TimeSpan.TryParse(section.Value, CultureInfo.InvariantCulture, out var time) ? time : throw Wrong(section, "seconds, or hours:minutes:seconds");
    }

    private static TlsOptions? Tls(IConfigurationSection section)
    {
        string[] names = [nameof(TlsOptions.Certificate), nameof(TlsOptions.Key), nameof(TlsOptions.Authority)];
        foreach (var child in section.GetChildren())
            if (!names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) throw Unknown(child, names);
        string[] given = [.. names.Where(name => !string.IsNullOrEmpty(section[name]))];
        if (given.Length == 0) return null;
        if (given.Length < names.Length) throw new InvalidInputException($"{section.Path} lacks {names.Except(given).First()}", "A certificate, its key and the authority belong together");
        return new TlsOptions(section[names[0]]!, section[names[1]]!, section[names[2]]!);
    }

    private static InvalidInputException Wrong(IConfigurationSection section, string expected) =>
        new($"{section.Path} is '{section.Value}', but it must be {expected}", "Look at appsettings.json and at the environment's variables");

    private static InvalidInputException Unknown(IConfigurationSection child, IEnumerable<string> known) =>
        new($"the configuration has no key {child.Path}", Suggestion.Nearest(child.Key, known) is { } meant ? $"Did you mean {meant}" : $"The keys are {string.Join(", ", known)}");
}
