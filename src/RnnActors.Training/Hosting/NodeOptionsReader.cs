using System.Globalization;
using Microsoft.Extensions.Configuration;
using RnnActors.Core.Problems;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Hosting;

/// <summary>Reads <see cref="NodeOptions"/> from a host's configuration. An unknown key or an invalid value is an error.</summary>
internal static class NodeOptionsReader
{
    private static readonly Dictionary<string, Action<NodeOptions, Setting>> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(NodeOptions.Role)] = (options, setting) => options.Role = Role(setting),
        [nameof(NodeOptions.Bind)] = (options, setting) => options.Bind = Text(setting),
        [nameof(NodeOptions.PublicHost)] = (options, setting) => options.PublicHost = Text(setting),
        [nameof(NodeOptions.AlsoKnownAs)] = (options, setting) => options.AlsoKnownAs = Addresses(setting),
        [nameof(NodeOptions.Port)] = (options, setting) => options.Port = Whole(setting),
        [nameof(NodeOptions.ChannelPort)] = (options, setting) => options.ChannelPort = Whole(setting),
        [nameof(NodeOptions.Join)] = (options, setting) => options.Join = Addresses(setting),
        [nameof(NodeOptions.Workers)] = (options, setting) => options.Workers = Whole(setting),
        [nameof(NodeOptions.DataDirectory)] = (options, setting) => options.DataDirectory = Text(setting),
        [nameof(NodeOptions.SharedCheckpoints)] = (options, setting) => options.SharedCheckpoints = Truth(setting),
        [nameof(NodeOptions.MaxRuns)] = (options, setting) => options.MaxRuns = Whole(setting),
        [nameof(NodeOptions.Runs)] = (options, setting) => options.Runs = Whole(setting),
        [nameof(NodeOptions.Preempt)] = (options, setting) => options.Preempt = Truth(setting),
        [nameof(NodeOptions.KeepDays)] = (options, setting) => options.KeepDays = Whole(setting),
        [nameof(NodeOptions.KeepRuns)] = (options, setting) => options.KeepRuns = Whole(setting),
        [nameof(NodeOptions.KeepGigabytes)] = (options, setting) => options.KeepGigabytes = Whole(setting),
        [nameof(NodeOptions.Tls)] = (options, setting) => options.Tls = Tls(setting),
        [nameof(NodeOptions.CertificateWarningDays)] = (options, setting) => options.CertificateWarningDays = Whole(setting),
        [nameof(NodeOptions.DangerouslyAllowPlainText)] = (options, setting) => options.DangerouslyAllowPlainText = Truth(setting),
        [nameof(NodeOptions.SuspectAfter)] = (options, setting) => options.SuspectAfter = Duration(setting),
        [nameof(NodeOptions.DownAfter)] = (options, setting) => options.DownAfter = Duration(setting),
        [nameof(NodeOptions.FormAfter)] = (options, setting) => options.FormAfter = Duration(setting),
        [nameof(NodeOptions.LeaveTimeout)] = (options, setting) => options.LeaveTimeout = Duration(setting),
        [nameof(NodeOptions.LogFormat)] = (options, setting) => options.LogFormat = Format(setting),
        [nameof(NodeOptions.MetricsPort)] = (options, setting) => options.MetricsPort = Whole(setting),
        [nameof(NodeOptions.MetricsBind)] = (options, setting) => options.MetricsBind = Text(setting),
        [nameof(NodeOptions.PagePort)] = (options, setting) => options.PagePort = Whole(setting),
        [nameof(NodeOptions.PageBind)] = (options, setting) => options.PageBind = Text(setting),
        [nameof(NodeOptions.Otlp)] = (options, setting) => options.Otlp = Text(setting),
        [nameof(NodeOptions.Audit)] = (options, setting) => options.Audit = Share(setting),
        [nameof(NodeOptions.Akka)] = (options, setting) => options.Akka = Text(setting),
    };

    /// <exception cref="InvalidInputException">A key or a value cannot be used.</exception>
    public static NodeOptions Read(IConfiguration configuration)
    {
        string NameOf(string key) => SettingName.Of(configuration, key);
        var options = new NodeOptions { NameOf = key => NameOf($"{NodeOptions.Section}:{key}") };
        foreach (var child in configuration.GetSection(NodeOptions.Section).GetChildren())
        {
            if (!Keys.TryGetValue(child.Key, out var read)) throw Unknown(child, NameOf, Keys.Keys);
            if (child.Value is { Length: 0 } || (child.Value is null && !child.GetChildren().Any())) continue; // an empty variable counts as unset
            read(options, new Setting(child, NameOf));
        }

        return options;
    }

    private static NodeRoles Role(Setting setting)
    {
        var roles = NodeRoles.None;
        foreach (string name in Texts(setting))
        {
            roles |= name.ToLowerInvariant() switch
            {
                ClusterPaths.CoordinatorRole => NodeRoles.Coordinator,
                ClusterPaths.WorkerRole => NodeRoles.Worker,
                _ => throw new InvalidInputException(
                    $"{setting.Name}: there is no role {name}",
                    Suggestion.Nearest(name, [ClusterPaths.CoordinatorRole, ClusterPaths.WorkerRole]) is { } meant
                        ? $"Did you mean {meant}"
                        : $"The roles are {ClusterPaths.CoordinatorRole} and {ClusterPaths.WorkerRole}; "
                            + $"for both write {ClusterPaths.CoordinatorRole},{ClusterPaths.WorkerRole}"),
            };
        }

        return roles;
    }

    private static HostAndPort[] Addresses(Setting setting)
    {
        try
        {
            return [.. Texts(setting).Select(HostAndPort.Parse)];
        }
        catch (InvalidInputException error)
        {
            throw new InvalidInputException($"{setting.Name}: {error.Problem}", error.Remedy, cause: error);
        }
    }

    /// <summary>A list, as <c>a,b</c> in one value or as a value for each element.</summary>
    private static IEnumerable<string> Texts(Setting setting) =>
        (setting.Value is { } one ? [one] : setting.Section.GetChildren().Select(child => child.Value ?? ""))
        .SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string Text(Setting setting) => setting.Value?.Trim() ?? throw Wrong(setting, "a text");

    private static int Whole(Setting setting) =>
        int.TryParse(setting.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw Wrong(setting, "a whole number of 0 or more");

    private static double Share(Setting setting) =>
        double.TryParse(setting.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value <= 1
            ? value
            : throw Wrong(setting, "a number from 0 to 1");

    private static NodeLogFormat Format(Setting setting) => setting.Value?.ToLowerInvariant() switch
    {
        "text" => NodeLogFormat.Text,
        "json" => NodeLogFormat.Json,
        _ => throw Wrong(setting, "text or json"),
    };

    private static bool Truth(Setting setting) => bool.TryParse(setting.Value, out bool value) ? value : throw Wrong(setting, "true or false");

    private static TimeSpan Duration(Setting setting) => Durations.TryParse(setting.Value, out var time) ? time : throw Wrong(setting, Durations.Expected);

    private static TlsOptions? Tls(Setting setting)
    {
        string[] names = [nameof(TlsOptions.Certificate), nameof(TlsOptions.Key), nameof(TlsOptions.Authority)];
        foreach (var child in setting.Section.GetChildren())
            if (!names.Append(nameof(TlsOptions.Revoked)).Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                throw Unknown(child, setting.NameOf, names.Append(nameof(TlsOptions.Revoked)));
        string[] given = [.. names.Where(name => !string.IsNullOrEmpty(setting.Section[name]))];
        if (given.Length == 0) return null;
        if (given.Length < names.Length)
            throw new InvalidInputException(
                $"{setting.Section.Path} lacks {names.Except(given).First()}", "A certificate, its key and the authority belong together");
        return new TlsOptions(setting.Section[names[0]]!, setting.Section[names[1]]!, setting.Section[names[2]]!)
        {
            Revoked = setting.Section[nameof(TlsOptions.Revoked)] is { Length: > 0 } revoked ? revoked : null,
        };
    }

    private static InvalidInputException Wrong(Setting setting, string expected) => new($"{setting.Name} is '{setting.Value}', but it must be {expected}");

    private static InvalidInputException Unknown(IConfigurationSection child, Func<string, string> nameOf, IEnumerable<string> known) =>
        new($"the configuration has no key {nameOf(child.Path)}", Suggestion.Nearest(child.Key, known) is { } meant
            ? $"Did you mean {meant}"
            : $"The keys are {string.Join(", ", known)}");

    /// <param name="NameOf">The name under which a key was set.</param>
    private sealed record Setting(IConfigurationSection Section, Func<string, string> NameOf)
    {
        public string? Value => Section.Value;

        public string Name => NameOf(Section.Path);
    }
}
