using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>Certificates of <c>deploy/certificates.sh</c>: each person does what the role says, and is told what it does not.</summary>
public sealed class RoleTests(ITestOutputHelper log) : IDisposable
{
    private readonly TestCluster _cluster = new(log);
    private readonly List<ClusterProcess> _processes = [];
    private string _contact = "";

    public void Dispose()
    {
        foreach (var process in _processes) process.Dispose();
        _cluster.Dispose();
    }

    [SkippableFact]
    public void Who_follows_sees_who_submits_trains_and_who_administers_commands()
    {
        Skip.If(OperatingSystem.IsWindows(), "The script needs a Unix shell.");
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        Skip.IfNot(path.Any(folder => File.Exists(Path.Combine(folder, "openssl"))), "There is no openssl here.");
        Make("node");
        Make("--role", "follow", "ann");
        Make("--role", "submit", "bob");
        Make("--role", "administer", "eve");
        var node = Start("node", "node", "--workers", "1", "--port", "0", "--channel-port", "0", "--data", "data");
        _contact = node.Await("node_listening")["address"]!.GetValue<string>();
        node.Await("coordinator_changed", json => json["is_here"]!.GetValue<bool>());

        var trains = Start("bob", "train", TestCluster.Series, "--out", "bob", "--no-plot", "--cluster", _contact);
        trains.Await("step");
        string run = Said(() => Start("ann", "runs", "--cluster", _contact))[^1]["runs"]!.AsArray().Single()!["run"]!.GetValue<string>();

        var attached = Start("ann", "attach", run, "--cluster", _contact);
        attached.Await("step");
        Assert.Equal(_contact, Assert.Single(Said(() => Start("ann", "status", "--cluster", _contact))[^1]["nodes"]!.AsArray())!["node"]!.GetValue<string>());
        const string Ann = "the certificate of CN=ann has the role follow: it may see runs and fetch results, and not ";
        const string Bob = "the certificate of CN=bob has the role submit: it may submit runs, and not ";
        const string Administer = "administer runs and nodes", OfAdministrator = "Use a certificate of the role administer";
        Refused(() => Start("ann", "cancel", run, "--cluster", _contact), Ann + Administer, OfAdministrator);
        Refused(() => Start("ann", "drain", _contact, "--cluster", _contact), Ann + Administer, OfAdministrator);
        Refused(() => Start("bob", "drain", _contact, "--cluster", _contact), Bob + Administer, OfAdministrator);
        Refused(
            () => Start("ann", "train", TestCluster.Series, "--out", "ann", "--no-plot", "--cluster", _contact), Ann + "submit runs",
            "Use a certificate of the role submit");
        Refused(
            () => Start("ann", "node", "--port", "0", "--channel-port", "0", "--data", "other", "--join", _contact),
            "The certificate of CN=ann is a client's (role follow): a node needs the role node", "certificates.sh FOLDER NAME makes it");
        Assert.False(trains.HasExited || attached.HasExited);

        Assert.True(Said(() => Start("eve", "drain", _contact, "--cluster", _contact))[^1]["is_drained"]!.GetValue<bool>());
        Said(() => Start("eve", "cancel", run, "--cluster", _contact));
        Assert.Equal(4, trains.AwaitEnd().ExitCode);
        Assert.Equal(4, attached.AwaitEnd().ExitCode);
    }

    /// <summary>How a command ends. A coordinator that a busy machine does not let answer in time says nothing about rights.</summary>
    private static ProcessResult Ended(Func<ClusterProcess> start)
    {
        for (int tries = 1; ; tries++)
        {
            var ended = start().AwaitEnd();
            if (tries == 10 || !ended.Error.Contains("No coordinator answered", StringComparison.Ordinal)) return ended;
        }
    }

    private static void Refused(Func<ClusterProcess> start, params string[] says)
    {
        var ended = Ended(start);
        Assert.Equal(2, ended.ExitCode);
        foreach (string one in says) Assert.Contains(one, ended.Error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", ended.Both, StringComparison.Ordinal);
    }

    /// <summary>What a command says that is permitted.</summary>
    private static JsonObject[] Said(Func<ClusterProcess> start)
    {
        var ended = Ended(start);
        Assert.True(ended.ExitCode == 0, ended.ToString());
        return [.. ended.Output.TrimEnd().Split('\n').Select(Rnnactors.Json)];
    }

    private ClusterProcess Start(string person, params string[] command)
    {
        string[] certificate = ["--certificate", $"keys/{person}.crt", "--key", $"keys/{person}.key", "--authority", "keys/ca.crt"];
        var process = new ClusterProcess($"{person}: {command[0]}", Rnnactors.Start(_cluster.Place.Path, null, [.. command, .. certificate, "--json"]));
        _processes.Add(process);
        return process;
    }

    private void Make(params string[] arguments)
    {
        using var script = ProcessRun.Start(
            "sh", [Path.Combine(DocumentFolder.Repository, "deploy", "certificates.sh"), .. arguments[..^1], "keys", arguments[^1]], _cluster.Place.Path);
        var made = script.WaitForExit();
        Assert.True(made.ExitCode == 0, made.ToString());
    }
}
