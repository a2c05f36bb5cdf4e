using System.Text.Json;
using System.Text.RegularExpressions;
using RnnActors.EndToEnd.Tests.Readme;

namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary><c>deploy/Dockerfile</c>.</summary>
internal sealed partial class DockerfileText
{
    private readonly string _text = File.ReadAllText(Path.Combine(DocumentFolder.Repository, "deploy", "Dockerfile"));

    /// <summary>The names of its stages; the last has none.</summary>
    public IEnumerable<string> Stages => Stage().Matches(_text).Select(match => match.Groups["name"].Value);

    public IEnumerable<string> BaseImages => BaseImage().Matches(_text).Select(match => match.Groups["name"].Value);

    public string[] EntryPoint => JsonSerializer.Deserialize<string[]>(EntryPointLine().Match(_text).Groups["list"].Value)!;

    public string[] HealthCheck => JsonSerializer.Deserialize<string[]>(HealthCheckLine().Match(_text).Groups["list"].Value)!;

    [GeneratedRegex(@"^FROM .* AS (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex Stage();

    [GeneratedRegex(@"^ARG (SDK|RUNTIME)=(?<name>\S*/\S+)", RegexOptions.Multiline)]
    private static partial Regex BaseImage();

    [GeneratedRegex(@"^ENTRYPOINT (?<list>\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex EntryPointLine();

    [GeneratedRegex(@"^HEALTHCHECK .*CMD (?<list>\[.*\])$", RegexOptions.Multiline)]
    private static partial Regex HealthCheckLine();
}
