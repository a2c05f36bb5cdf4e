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

        Assert.Equal(PortAnswer.Refuses, await ProofOfDeath.AnswerOfAsync("127.0.0.1", port, CancellationToken.None));
    }

    [Fact]
    public async Task A_process_that_listens_and_never_answers_may_live()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.Equal(PortAnswer.Listens, await ProofOfDeath.AnswerOfAsync("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port, CancellationToken.None));
    }

    [Fact]
    public async Task A_host_that_nobody_knows_is_silent() => Assert.Equal(PortAnswer.Silent, await ProofOfDeath.AnswerOfAsync("no-such-host.invalid", 4053, CancellationToken.None));
}
