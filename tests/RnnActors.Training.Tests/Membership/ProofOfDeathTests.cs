using System.Net;
using System.Net.Sockets;
using RnnActors.Training.Membership;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

public class ProofOfDeathTests
{
    [Fact]
    public async Task A_port_that_refuses_connections_proves_that_its_process_is_gone()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        Assert.True(await ProofOfDeath.IsGoneAsync("127.0.0.1", port, CancellationToken.None));
    }

    [Fact]
    public async Task A_process_that_listens_and_never_answers_may_live()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.False(await ProofOfDeath.IsGoneAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, CancellationToken.None));
    }

    [Fact]
    public async Task A_host_that_nobody_knows_proves_nothing() => Assert.False(await ProofOfDeath.IsGoneAsync("no-such-host.invalid", 4053, CancellationToken.None));
}
