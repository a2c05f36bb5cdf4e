using Xunit;

namespace RnnActors.EndToEnd.Tests.Deploy;

public sealed class SystemdTests
{
    [Fact]
    public void Both_roles_ask_the_same_candidates_at_the_candidates_port()
    {
        var coordinator = SystemdUnit.Read("coordinator").Command;
        Assert.Equal(coordinator.Join, SystemdUnit.Read("worker").Command.Join);
        Assert.All(coordinator.Join, address => Assert.EndsWith(":" + coordinator["Port"], address, StringComparison.Ordinal));
        Assert.Contains(coordinator["PublicHost"], coordinator.Join.Select(address => address.Split(':')[0]));
    }

    [Fact]
    public void What_a_person_has_to_mend_is_not_started_again_and_what_hangs_is()
    {
        var unit = SystemdUnit.Read("worker");
        Assert.Equal(["2"], unit.Values("RestartPreventExitStatus"));
        Assert.Equal(["notify"], unit.Values("Type"));
        foreach (string limit in (string[])["WatchdogSec", "LimitNOFILE", "TasksMax", "MemoryMax"]) Assert.NotEmpty(unit.Values(limit));
    }

    [Fact]
    public void Both_can_run_on_one_machine()
    {
        var (coordinator, worker) = (SystemdUnit.Read("coordinator"), SystemdUnit.Read("worker"));
        Assert.NotEqual(coordinator.Command["Port"], worker.Command["Port"]);
        Assert.NotEqual(coordinator.Command["ChannelPort"], worker.Command["Port"]);
        Assert.NotEqual(coordinator.Command["DataDirectory"], worker.Command["DataDirectory"]);
    }

    [Theory]
    [InlineData("coordinator")]
    [InlineData("worker")]
    public void The_settings_name_the_folder_and_the_credentials_that_systemd_provides(string role)
    {
        var unit = SystemdUnit.Read(role);
        Assert.Equal(unit.Command["DataDirectory"], "/var/lib/" + unit.Values("StateDirectory").Single());
        Assert.Equal(unit.Command["DataDirectory"], unit.Values("WorkingDirectory").Single());
        string[] credentials = [.. unit.Values("LoadCredential").Select(value => $"/run/credentials/rnnactors@{role}.service/" + value.Split(':')[0])];
        Assert.Equal([unit.Command["Tls__Certificate"], unit.Command["Tls__Key"], unit.Command["Tls__Authority"]], credentials);
        Assert.True(Directory.Exists(Path.Combine(SystemdUnit.Folder, $"rnnactors@{role}.service.d")));
    }
}
