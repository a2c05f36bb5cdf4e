using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RnnActors.EndToEnd.Tests.Readme;

namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary><c>docker-compose.yml</c>.</summary>
internal sealed partial class ComposeFile
{
    private ComposeFile(JsonObject root) => (Services, Volumes) = (root["services"]!.AsObject(), [.. root["volumes"]!.AsObject().Select(volume => volume.Key)]);

    public JsonObject Services { get; }

    public IReadOnlyList<string> Volumes { get; }

    /// <summary>The services that run the program.</summary>
    public IEnumerable<DeployedCommand> Commands => Services.Where(service => service.Value!["command"] is not null).Select(service => Command(service.Key));

    public static ComposeFile Read() => new(YamlText.ReadAll(Path.Combine(DocumentFolder.Repository, "docker-compose.yml")).Single());

    public DeployedCommand Command(string service)
    {
        var body = Services[service]!;
        var environment = body["environment"]?.AsObject().ToDictionary(variable => variable.Key, variable => Substituted(variable.Value.Text()));
        return new DeployedCommand($"docker-compose.yml {service}", [.. body["command"].Texts().Select(Substituted)], environment ?? []);
    }

    /// <summary>What a service mounts, from where (nothing where it is a volume without a name), and whether it can write there.</summary>
    public IEnumerable<(string? Source, string Target, bool IsWritable)> Mounts(string service) =>
        Services[service]!["volumes"].Texts().Select(mount => mount.Split(':') switch
    {
        [var target] => (null, target, true),
        [var source, var target] => ((string?)source, target, true),
        [var source, var target, "ro"] => (source, target, false),
        _ => throw new FormatException(mount),
    });

    /// <summary><c>${NAME:-value}</c> where NAME is not set.</summary>
    private static string Substituted(string text) => Variable().Replace(text, match => match.Groups["value"].Value);

    [GeneratedRegex(@"\$\{\w+:-(?<value>[^}]*)\}")]
    private static partial Regex Variable();
}
