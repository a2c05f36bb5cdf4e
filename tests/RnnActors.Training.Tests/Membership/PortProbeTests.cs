using System.Net;
using System.Net.Sockets;
using RnnActors.Training.Membership;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

public sealed class PortProbeTests
{
    [Fact]
    public async Task A_port_that_refuses_connections_proves_that_its_process_is_gone() =>
        Assert.Equal(PortAnswer.Refuses, await new PortProbe().SettleAsync("127.0.0.1", ClosedPort(), CancellationToken.None));

    [Fact]
    public async Task A_process_that_listens_and_never_answers_may_live()
    {
        using var listener = Listener();
        Assert.Equal(PortAnswer.Listens, await new PortProbe().SettleAsync("127.0.0.1", PortOf(listener), CancellationToken.None));
    }

    [Fact]
    public async Task A_name_that_nobody_has_known_proves_nothing() =>
        Assert.Equal(PortAnswer.Unknown,
            await Probe((_, _) => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TryAgain))).SettleAsync(
                "node", 4053, CancellationToken.None));

    [Fact]
    public async Task A_name_server_that_does_not_answer_proves_nothing() =>
        Assert.Equal(PortAnswer.Unknown, await Probe((_, _) => new TaskCompletionSource<IPAddress[]>().Task).TryAsync("node", 4053, CancellationToken.None));

    [Fact]
    public async Task A_machine_whose_name_is_forgotten_is_looked_for_where_it_was()
    {
        using var listener = Listener();
        int lookups = 0;
        var probe = Probe((_, _) => lookups++ == 0
            ? Task.FromResult<IPAddress[]>([IPAddress.Loopback])
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)));
        probe.Meet("node");
        probe.Meet("node");
        Assert.Equal(1, lookups);
        Assert.Equal(PortAnswer.Listens, await probe.TryAsync("node", PortOf(listener), CancellationToken.None));
        Assert.Equal(2, lookups);
    }

    [Fact]
    public async Task A_refusal_from_where_a_name_was_before_proves_nothing_since_another_machine_may_be_there()
    {
        int lookups = 0;
        var probe = Probe((_, _) => Task.FromResult<IPAddress[]>(lookups++ == 0 ? [IPAddress.Loopback] : []));
        probe.Meet("node");
        Assert.Equal(PortAnswer.Unknown, await probe.SettleAsync("node", ClosedPort(), CancellationToken.None));
    }

    [Fact]
    public async Task A_machine_with_several_addresses_listens_where_one_of_them_does()
    {
        using var listener = Listener();
        var probe = Probe((_, _) => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]));
        Assert.Equal(PortAnswer.Listens, await probe.TryAsync("node", PortOf(listener), CancellationToken.None));
    }

    [Fact]
    public async Task It_refuses_only_where_no_address_may_still_answer()
    {
        Assert.Equal(PortAnswer.Refuses,
            await Probe((_, _) => Task.FromResult<IPAddress[]>([IPAddress.IPv6Loopback, IPAddress.Loopback])).TryAsync(
                "node", ClosedPort(), CancellationToken.None));
        if (!OperatingSystem.IsLinux()) return; // elsewhere a full queue refuses, and there is one loopback address
        using var listener = Listener(backlog: 0);
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(IPAddress.Loopback, PortOf(listener));
        Assert.Equal(PortAnswer.Silent, await new PortProbe().SettleAsync("127.0.0.1", PortOf(listener), CancellationToken.None));
        var addresses = new[] { IPAddress.Loopback, IPAddress.Parse("127.0.0.2") };
        Assert.Equal(PortAnswer.Silent, await Probe((_, _) => Task.FromResult(addresses)).TryAsync("node", PortOf(listener), CancellationToken.None));
    }

    private static PortProbe Probe(Func<string, CancellationToken, Task<IPAddress[]>> lookUp) => new(new KnownHosts(lookUp));

    private static TcpListener Listener(int backlog = 10)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(backlog);
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    private static int ClosedPort()
    {
        using var listener = Listener();
        return PortOf(listener);
    }
}
