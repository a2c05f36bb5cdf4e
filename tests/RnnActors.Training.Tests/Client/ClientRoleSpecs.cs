using Akka.Actor;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RnnActors.Core.Problems;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Client;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;
using RnnActors.Training.Tests.Hosting;
using RnnActors.Training.Tests.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Client;

/// <summary>A cluster with certificates, and clients of three roles.</summary>
public sealed class ClientRoleSpecs : ClusterSpecs
{
    private readonly Certificates _certificates = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _certificates.Dispose();
    }

    [Fact]
    public async Task Who_follows_sees_and_fetches_who_submits_trains_and_who_administers_deletes()
    {
        var node = await StartAsync();
        var job = AnswerKey.Create("lstm") with { CheckpointEverySteps = 2 };
        await RefusedAsync("submit", "it may see runs and fetch results, and not submit runs", () => TrainAsync(job, node, "follow"));
        Assert.Empty((await StatusAsync(node, "follow")).Runs);
        var outcome = await TrainAsync(job, node, "submit");
        SameState.Assert(AnswerKey.Of(job).State, outcome.State);
        await node.Events.NextAsync<RunNews>(news =>
            news.Text.Contains("is refused: the certificate of CN=follow has the role follow", StringComparison.Ordinal));

        await using var follower = Client(node, "follow");
        var run = Assert.Single((await follower.StatusAsync()).Runs);
        Assert.Equal(run.Step, await follower.FetchAsync(run, Path.Combine(Folder, "fetched")));
        Assert.Equal(RunEnding.Complete, (await follower.AttachAsync(run, _ => { })).Ending);
        foreach (string role in (string[])["follow", "submit"])
        {
            await using var client = Client(node, role);
            await RefusedAsync("administer", "and not administer runs and nodes", () => client.DeleteAsync(run));
        }

        await RefusedAsync("administer", "and not administer", () => follower.DrainAsync(node.Name));
        Assert.Single((await follower.StatusAsync()).Runs);
        await using var administrator = Client(node, "administer");
        await administrator.DeleteAsync(run);
        Assert.Empty((await follower.StatusAsync()).Runs);
    }

    /// <summary>Trusting the connection alone, the coordinator took whatever a certificate of the authority had sent.</summary>
    [Fact]
    public async Task What_is_not_signed_is_not_answered_and_a_nodes_own_certificate_may_do_all()
    {
        var node = await StartAsync();
        await using var client = Client(node, "administer");
        var unsigned = client.System.ActorSelection(
            $"akka.ssl.tcp://{ClusterPaths.System}@{node.Name}{ClusterPaths.User(ClusterPaths.Receptionist)}");
        await Assert.ThrowsAsync<AskTimeoutException>(() => unsigned.Ask<ClusterStatus>(new GetStatus(), TimeSpan.FromMilliseconds(500)));
        await node.Events.NextAsync<RunNews>(news => news.Text.Contains("does not sign what it says", StringComparison.Ordinal));
        await using var other = ClusterClient.Create(new ClientOptions([node.Node.Address!.Value], _certificates.Node("other")));
        Assert.Empty((await other.StatusAsync()).Runs);
        await other.DrainAsync(node.Name);
    }

    [Fact]
    public async Task A_node_does_not_start_with_a_clients_certificate()
    {
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() =>
            Cluster.StartAsync(NodeRoles.Coordinator, options => options.Tls = _certificates.Client("administer", "administer")));
        Assert.Contains("a node needs the role node", refused.Message, StringComparison.Ordinal);
    }

    private async Task<TestNode> StartAsync()
    {
        var node = await Cluster.StartAsync(
            NodeRoles.Coordinator | NodeRoles.Worker, options => (options.Workers, options.Tls) = (1, _certificates.Node("node")));
        await node.Events.NextAsync<ClusterJoined>();

        // Until it has registered. No client is asked: whom the coordinator has offered a session, it does not tell of.
        using var limit = new CancellationTokenSource(Limit);
        while ((await node.Node.CheckAsync(NodeHealthCheck.Part, limit.Token)).Status != HealthStatus.Healthy) await Task.Delay(20, limit.Token);
        return node;
    }

    private static async Task RefusedAsync(string role, string reason, Func<Task> ask)
    {
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => ask().WaitAsync(Limit));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"--role {role}", refused.ToString(), StringComparison.Ordinal);
    }

    private async Task<ClusterStatus> StatusAsync(TestNode node, string role)
    {
        await using var client = Client(node, role);
        return await client.StatusAsync();
    }

    private ClusterClient Client(TestNode node, string role) => TestCluster.Patiently(ClusterClient.Create(Options(node, role)));

    private ClientOptions Options(TestNode node, string role) => new([node.Node.Address!.Value], _certificates.Client(role, role));

    private Task<TrainingOutcome> TrainAsync(TrainingJob job, TestNode node, string role) => ClusterTraining.RunAsync(
        job, new RunIdentity("{}", "{}", "data"), new ClusterTrainingOptions
        {
            Cluster = Options(node, role),
            Name = "test",
            AnswerTimeout = TestCluster.Patience,
            Folder = Path.Combine(Folder, role),
            Datasets = Datasets,
        }).WaitAsync(Limit);
}
