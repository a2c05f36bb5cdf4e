using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Events;
using RnnActors.Training.Hosting;
using RnnActors.Training.Protocol;
using RnnActors.Training.Tests.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Hosting;

public class RnnActorsNodeSpecs
{
    [Fact]
    public async Task A_node_that_joins_nobody_forms_a_cluster_and_is_its_coordinator()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);

        Assert.Equal(1, (await first.Events.NextAsync<ClusterJoined>()).Members);
        Assert.True((await first.Events.NextAsync<CoordinatorChanged>()).IsHere);
    }

    [Fact]
    public async Task A_worker_that_is_alone_says_that_there_is_no_coordinator()
    {
        await using var cluster = new TestCluster();
        var worker = await cluster.StartAsync(NodeRoles.Worker);

        Assert.Null((await worker.Events.NextAsync<CoordinatorChanged>()).Address);
    }

    [Fact]
    public async Task Others_join_and_know_the_coordinator_and_leave_in_order()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var worker = await cluster.StartAsync(NodeRoles.Worker);

        Assert.Equal(2, (await worker.Events.NextAsync<ClusterJoined>()).Members);
        Assert.Equal(first.Name, (await worker.Events.NextAsync<CoordinatorChanged>()).Address);
        Assert.Equal("worker", (await first.Events.NextAsync<MemberJoined>()).Roles);
        await cluster.JoinedAsync();
        string name = worker.Name;

        await worker.Host.StopAsync();

        await worker.Events.NextAsync<NodeLeft>();
        Assert.Equal(name, (await first.Events.NextAsync<MemberLeft>()).Address);
    }

    [SkippableFact]
    public async Task Nodes_find_one_another_by_IPv6()
    {
        Skip.IfNot(Socket.OSSupportsIPv6
            && IPGlobalProperties.GetIPGlobalProperties().GetUnicastAddresses().Any(one => IPAddress.IPv6Loopback.Equals(one.Address)),
                "There is no IPv6 here.");
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator, options => options.Bind = "::1");
        var worker = await cluster.StartAsync(NodeRoles.Worker, options => options.Bind = "::1");

        Assert.Equal(first.Name, (await worker.Events.NextAsync<CoordinatorChanged>()).Address);
        Assert.Equal(worker.Name, (await first.Events.NextAsync<MemberJoined>()).Address);
        Assert.Matches(@"^\[::1\]:\d+$", first.Name);
    }

    [Fact]
    public async Task The_coordinator_moves_to_the_other_candidate_when_its_node_leaves()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        var second = await cluster.StartAsync(NodeRoles.Coordinator | NodeRoles.Worker);
        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.Address == first.Name);
        await cluster.JoinedAsync();

        await first.Host.StopAsync();

        await second.Events.NextAsync<CoordinatorChanged>(changed => changed.IsHere);
    }

    [Fact]
    public async Task A_node_is_healthy_when_it_has_joined_and_hears_its_coordinator()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        await first.Events.NextAsync<CoordinatorChanged>();

        var report = await first.Host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        Assert.Equal(5, report.Entries.Count);
        Assert.Equal(HealthStatus.Healthy, report.Status);
    }

    [Fact]
    public async Task A_node_whose_contacts_do_not_answer_says_so_and_is_alive_but_not_ready()
    {
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Worker, options => options.Join = [new HostAndPort("127.0.0.1", 1)]);

        Assert.Equal("127.0.0.1:1", (await node.Events.NextAsync<JoinPending>()).Contacts);
        var health = node.Host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(check => check.Tags.Contains("live"))).Status);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(check => check.Tags.Contains("ready"))).Status);
    }

    /// <summary>A stop in the middle of the question ended with an error.</summary>
    [Fact]
    public async Task A_node_that_asks_a_silent_contact_for_its_name_stops_quietly()
    {
        using var contact = new TcpListener(IPAddress.Loopback, 0);
        contact.Start();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously), over = new();
        var listening = ListenAsync();
        await using (var cluster = new TestCluster())
        {
            int port = ((IPEndPoint)contact.LocalEndpoint).Port;
            await cluster.StartAsync(NodeRoles.Worker, options => options.Join = [new HostAndPort("127.0.0.1", port)]);
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }

        over.SetResult();
        contact.Stop();
        await listening;

        async Task ListenAsync()
        {
            try
            {
                while (true) _ = ReadAsync(await contact.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // the test is over
            }
        }

        async Task ReadAsync(TcpClient client)
        {
            using (client)
            {
                byte[] said = new byte[4096];
                int count = await client.GetStream().ReadAsync(said);
                if (said.AsSpan(0, count).IndexOf("rnnactors-asks-a-name"u8) >= 0) asked.TrySetResult();
                await over.Task;
            }
        }
    }

    [SkippableFact]
    public async Task Whoever_the_channel_s_port_turns_away_is_told_of_once_for_each_reason_and_counted_in_the_status()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Other systems have one loopback address.");
        await using var cluster = new TestCluster(TrainingActors.Create(new DatasetFile([])));
        var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Dispose();
        var node = await cluster.StartAsync(NodeRoles.Coordinator, options => options.ChannelPort = port);
        await node.Events.NextAsync<CoordinatorChanged>();
        var client = ClusterClient.Create(new ClientOptions([node.Node.Address!.Value]));
        await using var ending = client;
        var patience = TimeSpan.FromSeconds(30);
        Assert.Equal(0, await RefusedAsync());

        byte[] unknown = [.. "RNCH"u8, 1, 0, 0, 0, .. new byte[16]];
        foreach (byte[] said in new[] { "GET / HTTP/1.0"u8.ToArray(), unknown })
            for (int i = 0; i < 4; i++) await ConnectAsync("127.0.0.3", said);
        await ConnectAsync("127.0.0.2", []); // gone before it has said anything, as a node that is killed
        await ConnectAsync("127.0.0.4", unknown);

        // Who is gone without a word waited for nothing: the port may notice it later.
        long began = Stopwatch.GetTimestamp(), refused;
        while ((refused = await RefusedAsync()) < 10 && Stopwatch.GetElapsedTime(began) < patience) await Task.Yield();
        Assert.Equal(10, refused);
        await node.Events.NextAsync<PeerRefused>(refused => refused.Address == "127.0.0.4");
        Assert.Equal(
            ["127.0.0.3: it does not speak the tensor channel's protocol of this version", "127.0.0.3: its token is unknown, used or too old",
                "127.0.0.4: its token is unknown, used or too old"],
            node.Events.Told.OfType<PeerRefused>().Select(refused => $"{refused.Address}: {refused.Reason}"));

        async Task<long> RefusedAsync() => (await client.AskAsync<ClusterStatus>(new GetStatus(), patience, default))!.RefusedConnections;

        async Task ConnectAsync(string from, byte[] said)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(said);
            socket.Shutdown(SocketShutdown.Send);
            try
            {
                Assert.Equal(0, await socket.ReceiveAsync(new byte[1])); // when it is closed, it is counted
            }
            catch (SocketException)
            {
            }
        }
    }

    [SkippableFact]
    public async Task Whoever_comes_without_a_certificate_of_the_cluster_is_told_of_in_one_line()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Other systems have one loopback address.");
        using var certificates = new Certificates();
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator, options => options.Tls = certificates.Node("node"));
        await ConnectAsync("127.0.0.2", stream => Task.CompletedTask); // gone before it has said anything, as a node that is killed
        for (int i = 0; i < 5; i++) await ConnectAsync("127.0.0.3", async stream => await stream.WriteAsync("GET / HTTP/1.0\r\n\r\n"u8.ToArray()));
        await ConnectAsync("127.0.0.4", stream => AuthenticateAsync(stream, null));
        using var others = new Certificates();
        await ConnectAsync("127.0.0.5", stream => AuthenticateAsync(stream, others.Node("stranger").Load().Certificate));

        List<string> told = [];
        while (told.Count < 3) told.Add((await node.Events.NextAsync<PeerRefused>()).Text);

        Assert.Equal(new[] { 3, 4, 5 }.Select(host => $"127.0.0.{host} was turned away: it has shown no certificate of this cluster"), told.Order());
        var ended = node.Node.System!.WhenTerminated;
        await node.Host.StopAsync();
        await ended;
        Assert.Equal(3, node.Events.Told.OfType<PeerRefused>().Count());

        Task AuthenticateAsync(NetworkStream stream, X509Certificate? shown)
        {
            var trusted = certificates.Node("trusted").Load();
            return new SslStream(stream).AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "node",
                ClientCertificates = shown is null ? [] : [shown],
                RemoteCertificateValidationCallback = (_, certificate, _, _) => trusted.IsTrusted((X509Certificate2)certificate!),
            });
        }

        async Task ConnectAsync(string from, Func<NetworkStream, Task> speak)
        {
            using var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
            await client.ConnectAsync("127.0.0.1", node.Node.Address!.Value.Port);
            try
            {
                await speak(client.GetStream());
                if (from != "127.0.0.2") Assert.InRange(await client.GetStream().ReadAsync(new byte[100]), 0, 100); // an alert, or the end
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // It was turned away.
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_node_logs_while_it_ends_reaches_no_console(bool isTakenOut)
    {
        await using var cluster = new TestCluster();
        var node = await cluster.StartAsync(NodeRoles.Coordinator);
        await node.Events.NextAsync<ClusterJoined>();
        var system = node.Node.System!;
        var before = Console.Out;
        var shown = new StringWriter();
        Console.SetOut(TextWriter.Synchronized(shown));
        try
        {
            var logging = Task.Run(async () =>
            {
                do
                {
                    system.EventStream.Publish(new Akka.Event.Error(null, "test", typeof(RnnActorsNodeSpecs), "said too late"));
                    await Task.Delay(1);
                }
                while (!system.WhenTerminated.IsCompleted);
            });
            if (isTakenOut) Akka.Cluster.Cluster.Get(system).Down(Akka.Cluster.Cluster.Get(system).SelfAddress);
            else await node.Host.StopAsync();
            await logging;
        }
        finally
        {
            Console.SetOut(before);
        }

        Assert.DoesNotContain("said too late", shown.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_node_that_is_ended_while_another_life_begins_ends(bool isDisposed)
    {
        TestNode node = null!;
        var ending = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        int lives = 0;
        await using var cluster = new TestCluster(new NodeActors(Begin, null));
        node = await cluster.StartAsync(NodeRoles.Coordinator);
        await node.Events.NextAsync<ClusterJoined>();
        var own = Akka.Cluster.Cluster.Get(node.Node.System!);
        own.Down(own.SelfAddress);

        await await ending.Task;

        Assert.Equal(2, lives);
        Assert.True(node.Node.System is null || node.Node.System.WhenTerminated.IsCompleted);

        Props Begin(NodeContext context)
        {
            if (++lives == 2) ending.SetResult(isDisposed ? node.Node.DisposeAsync().AsTask() : node.Node.StopAsync(CancellationToken.None));
            return Props.Empty;
        }
    }

    [Fact]
    public async Task A_taken_port_is_refused()
    {
        await using var cluster = new TestCluster();
        var first = await cluster.StartAsync(NodeRoles.Coordinator);
        int port = first.Node.Address!.Value.Port;

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => cluster.StartAsync(NodeRoles.Worker, options => options.Port = port));

        Assert.Contains($"port {port} of 127.0.0.1 is taken", error.Message, StringComparison.Ordinal);
    }
}
