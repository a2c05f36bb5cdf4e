using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using RnnActors.EndToEnd.Tests.Processes;
using RnnActors.EndToEnd.Tests.Readme;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>The page of a cluster, as its nodes serve it.</summary>
public sealed class NodePageTests : IDisposable
{
    private static readonly HttpClient Client = new();

    private readonly TestCluster _cluster;

    public NodePageTests(ITestOutputHelper log)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has other signals.");
        _cluster = new TestCluster(log);
    }

    public void Dispose() => _cluster?.Dispose();

    [SkippableFact]
    public void Every_nodes_page_shows_the_run_and_goes_on_with_it_when_the_coordinator_is_killed() => _cluster.Watch(() =>
    {
        var coordinator = _cluster.StartCoordinator("coordinator", 0, "--page", "0");
        var standby = _cluster.StartCoordinator("standby", 0, "--page");
        var worker = _cluster.StartWorker("worker", 1, "--page", "0");
        _cluster.StartWorker("other");
        PageStream ofCoordinator = new(Client, coordinator.Page), ofStandby = new(Client, standby.Page), ofWorker = new(Client, worker.Page);
        ofCoordinator.Await(seen => Phase(seen) == "idle");
        var run = _cluster.Train(TestCluster.Series);
        run.Await("workers_joined");
        run.Await("workers_joined");
        long step = run.AwaitProgress(50);
        Assert.All((PageStream[])[ofCoordinator, ofStandby, ofWorker], page => page.Await(
            seen => IsAt(seen, "training", step, coordinator) && (string)seen["head"]["name"]! == "series" && seen.ContainsKey("curves")));
        _cluster.AwaitCopy(standby, step);
        coordinator.Kill();
        standby.Await("coordinator_changed", json => json["is_here"]!.GetValue<bool>());
        step = run.AwaitProgress(50);
        Assert.All((PageStream[])[ofStandby, ofWorker], page => page.Await(seen => IsAt(seen, "training", step, standby)));
        _cluster.StopAndCompare(run);
        Assert.All((PageStream[])[ofStandby, ofWorker], page => page.Await(seen => Phase(seen) == "stopped" && seen.ContainsKey("end")));
        Assert.Throws<HttpRequestException>(() => ofCoordinator.Await(_ => true));
    });

    /// <summary>What other machines can reach is for those whom the cluster's authority knows.</summary>
    [SkippableFact]
    public async Task Where_other_machines_reach_it_the_page_wants_a_certificate_of_the_authority()
    {
        using var place = new Workplace();
        string script = Path.Combine(DocumentFolder.Repository, "deploy", "certificates.sh");
        foreach (string[] certificates in (string[][])[["certificates", "one"], ["--role", "follow", "certificates", "ann"], ["others", "stranger"]])
            Assert.Equal(0, ProcessRun.Start("sh", [script, .. certificates], place.Path).WaitForExit().ExitCode);
        using var node = Rnnactors.Start(place.Path, null, "node", "--json", "--port", "0", "--channel-port", "0", "--workers", "1", "--page", "0",
            "--page-bind", "0.0.0.0", "--certificate", "certificates/one.crt", "--key", "certificates/one.key", "--authority", "certificates/ca.crt");
        var page = new Uri(Rnnactors.Json(node.WaitForLine(line => Rnnactors.IsEvent(line, "page_listening"))!)["address"]!.GetValue<string>());
        Assert.NotNull(node.WaitForLine(line => Rnnactors.IsEvent(line, "coordinator_changed")));

        Assert.Equal("https", page.Scheme);
        Assert.Contains("live.js", await GetAsync("certificates/ann"), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync("others/stranger"));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(null));
        node.Signal("TERM");
        Assert.Equal(0, node.WaitForExit().ExitCode);

        async Task<string> GetAsync(string? name)
        {
            using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => IsOf(shown!) };
            if (name is not null)
            {
                using var pem = X509Certificate2.CreateFromPemFile(place[$"{name}.crt"], place[$"{name}.key"]);
                handler.ClientCertificates.Add(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null));
            }

            using var client = new HttpClient(handler);
            return await client.GetStringAsync(page);
        }

        bool IsOf(X509Certificate2 shown)
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(place["certificates/ca.crt"]);
            return chain.Build(shown);
        }
    }

    private static string Phase(IReadOnlyDictionary<string, JsonNode> seen) => (string)seen["phase"]!;

    private static bool IsAt(IReadOnlyDictionary<string, JsonNode> seen, string phase, long step, ClusterNode coordinator) =>
        Phase(seen) == phase && seen.TryGetValue("status", out var status) && (long)status["step"]! >= step
            && seen.TryGetValue("cluster", out var cluster) && (string)cluster["coordinator"]! == coordinator.Address;
}
