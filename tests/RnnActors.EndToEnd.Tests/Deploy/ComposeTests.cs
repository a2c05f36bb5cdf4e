using RnnActors.EndToEnd.Tests.Readme;
using Xunit;

namespace RnnActors.EndToEnd.Tests.Deploy;

public sealed class ComposeTests
{
    private readonly ComposeFile _compose = ComposeFile.Read();

    private IEnumerable<DeployedCommand> Nodes => Services.Select(_compose.Command).Where(command => command.Arguments[0] == "node");

    private IEnumerable<string> Services =>
        _compose.Services.Select(service => service.Key).Where(service => _compose.Services[service]!["command"] is not null);

    [Fact]
    public void There_are_a_coordinator_a_standby_and_three_workers_that_can_be_more()
    {
        Assert.Equal(["coordinator", "standby", "train", "worker"], Services.Order(StringComparer.Ordinal));
        var worker = _compose.Services["worker"]!;
        Assert.Equal("3", worker["deploy"]!["replicas"].Text());
        foreach (string key in (string[])["container_name", "ports", "hostname"]) Assert.Null(worker[key]);
        Assert.DoesNotContain("RnnActors__PublicHost", _compose.Command("worker").Environment.Keys);
    }

    [Fact]
    public void Every_node_asks_the_candidates_by_their_names_and_ports()
    {
        string[] candidates = [.. Services.Where(service => _compose.Command(service).Arguments is ["node", "--role", "coordinator"])];
        Assert.Equal(["coordinator", "standby"], candidates);
        string[] addresses = [.. candidates.Select(name => $"{name}:{_compose.Command(name)["Port"]}")];
        foreach (string name in candidates) Assert.Equal(name, _compose.Command(name)["PublicHost"]);
        foreach (var node in Nodes) Assert.Equal(addresses, node.Join);
        Assert.Equal(addresses, _compose.Command("train").Option("--cluster").Split(','));
    }

    [Fact]
    public void Candidates_keep_their_checkpoints_in_volumes_of_their_own()
    {
        string Volume(string service) => _compose.Mounts(service).Single(mount => mount.Target == _compose.Command(service)["DataDirectory"]).Source!;
        Assert.NotEqual(Volume("coordinator"), Volume("standby"));
        Assert.Contains(Volume("coordinator"), _compose.Volumes);
        Assert.Contains(Volume("standby"), _compose.Volumes);
    }

    [Fact]
    public void All_services_are_built_from_the_Dockerfile()
    {
        var dockerfile = new DockerfileText();
        foreach (var (name, service) in _compose.Services)
        {
            Assert.True(File.Exists(Path.Combine(DocumentFolder.Repository, service!["build"]!["dockerfile"].Text())), name);
            if (service["build"]!["target"] is { } target) Assert.Contains(target.Text(), dockerfile.Stages);
        }

        Assert.Equal("rnnactors", Assert.Single(Services.Select(service => _compose.Services[service]!["image"].Text()).Distinct()));
    }

    [Fact]
    public void Services_have_limits_and_their_logs_do_not_grow_for_ever()
    {
        foreach (string service in Services)
        {
            foreach (string limit in (string[])["mem_limit", "cpus", "pids_limit"]) Assert.NotNull(_compose.Services[service]![limit]);
            Assert.Equal("10m", _compose.Services[service]!["logging"]!["options"]!["max-size"].Text());
        }
    }

    [Fact]
    public void What_is_mounted_from_the_repository_is_there()
    {
        var mounts = Services.SelectMany(_compose.Mounts).Where(mount => mount.Source?.StartsWith('.') == true).ToList();
        Assert.NotEmpty(mounts);
        Assert.All(mounts, mount => Assert.True(Directory.Exists(Path.Combine(DocumentFolder.Repository, mount.Source!)), mount.Source));
    }

    [Fact]
    public void Certificates_are_read_from_a_mount_that_cannot_be_written()
    {
        foreach (string service in Services)
        {
            Assert.False(_compose.Mounts(service).Single(mount => mount.Target == "/certificates").IsWritable);
            Assert.StartsWith("/certificates/", _compose.Command(service)["Tls__Key"], StringComparison.Ordinal);
        }
    }
}
