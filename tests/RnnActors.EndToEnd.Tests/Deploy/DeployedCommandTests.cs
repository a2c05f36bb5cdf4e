using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Deploy;

/// <summary>
/// Every command under <c>deploy/</c> is given to the program with the settings that stand beside it. There are no certificates where they say, so the program takes
/// options and settings, looks for the certificates, and refuses for that reason alone.
/// </summary>
public sealed class DeployedCommandTests : IDisposable
{
    private readonly Workplace _at = new();

    public static IEnumerable<object[]> Commands => All.Select(command => new object[] { command.Where });

    private static IEnumerable<DeployedCommand> All =>
        ComposeFile.Read().Commands.Concat(KubernetesFiles.Read().Commands).Concat(SystemdUnit.Roles.Select(role => SystemdUnit.Read(role).Command));

    public void Dispose() => _at.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_program_takes_the_command_and_its_settings(string where)
    {
        var command = All.Single(command => command.Where == where);
        var environment = new Dictionary<string, string?>(command.Environment.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value)))
        {
            ["RnnActors__Port"] = "0", // whatever else runs on this machine
            ["RnnActors__ChannelPort"] = "0",
            ["RnnActors__DataDirectory"] = _at["data"],
        };
        string[] arguments = [.. command.Arguments.Select(Here)];
        var result = Rnnactors.Run(_at.Path, environment, arguments);
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(command["Tls__Certificate"], result.Error, StringComparison.Ordinal);
    }

    /// <summary>Where a container's folders are on this machine.</summary>
    private string Here(string argument) => argument
        .Replace("/example/", Path.Combine(DocumentFolder.Repository, "deploy", "example") + "/", StringComparison.Ordinal)
        .Replace("/data/", _at.Path + "/", StringComparison.Ordinal);
}
