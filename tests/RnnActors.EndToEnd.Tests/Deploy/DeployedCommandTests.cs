using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary>Every command under <c>deploy/</c> is given to the program with the settings that stand beside it.</summary>
public sealed class DeployedCommandTests : IDisposable
{
    private readonly Workplace _at = new();

    public static IEnumerable<object[]> Runs => All.Where(command => command.Arguments[0] != "health").Select(command => new object[] { command.Where });

    public static IEnumerable<object[]> Probes => All.Where(command => command.Arguments[0] == "health").Select(command => new object[] { command.Where });

    private static IEnumerable<DeployedCommand> All =>
    [
        .. ComposeFile.Read().Commands,
        .. KubernetesFiles.Read().Commands,
        .. SystemdUnit.Roles.Select(role => SystemdUnit.Read(role).Command),
        new DeployedCommand("Dockerfile", new DockerfileText().HealthCheck[1..], new Dictionary<string, string>()),
    ];

    public void Dispose() => _at.Dispose();

    /// <summary>There are no certificates where the settings say: the program takes all of them,
    /// looks for the certificates, and refuses for that reason alone.</summary>
    [Theory]
    [MemberData(nameof(Runs))]
    public void The_program_takes_the_command_and_its_settings(string where)
    {
        var (command, result) = Run(where);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.StartsWith(command["Tls__Authority"], result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Probes))]
    public void A_probe_reads_the_same_settings_and_finds_no_node(string where)
    {
        var (_, result) = Run(where);
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains(_at["data"], result.Error, StringComparison.Ordinal);
    }

    private (DeployedCommand Command, ProcessResult Result) Run(string where)
    {
        var command = All.Single(command => command.Where == where);
        var environment = new Dictionary<string, string?>(command.Environment.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value)))
        {
            ["RnnActors__Port"] = "0", // whatever else runs on this machine
            ["RnnActors__ChannelPort"] = "0",
            ["RnnActors__PagePort"] = "0",
            ["RnnActors__DataDirectory"] = _at["data"],
        };
        return (command, Rnnactors.Run(_at.Path, environment, command.Arguments.Select(Here)));
    }

    /// <summary>Where a container's folders are on this machine.</summary>
    private string Here(string argument) => argument
        .Replace("/example/", Path.Combine(DocumentFolder.Repository, "deploy", "example") + "/", StringComparison.Ordinal)
        .Replace("/data/", _at.Path + "/", StringComparison.Ordinal);
}
