using System.Net.Sockets;

namespace RnnActors.Training.Membership;

/// <summary>What a port does when someone connects.</summary>
internal enum PortAnswer
{
    /// <summary>Nothing comes back, or the name is unknown: it proves nothing.</summary>
    Silent,

    /// <summary>The machine is there, and no process listens.</summary>
    Refuses,

    /// <summary>Something listens.</summary>
    Listens,
}

/// <summary>Connects to a port and hangs up.</summary>
internal static class PortProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static async Task<PortAnswer> TryAsync(string host, int port, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, limit.Token).ConfigureAwait(false);
            return PortAnswer.Listens;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode == SocketError.ConnectionRefused ? PortAnswer.Refuses : PortAnswer.Silent;
        }
        catch (OperationCanceledException)
        {
            return PortAnswer.Silent;
        }
    }
}
