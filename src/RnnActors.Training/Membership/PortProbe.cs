using System.Net;
using System.Net.Sockets;

namespace RnnActors.Training.Membership;

/// <summary>What a port answers to a connection.</summary>
internal enum PortAnswer
{
    /// <summary>The host's address is not known, which proves nothing.</summary>
    Unknown,

    /// <summary>The machine does not answer.</summary>
    Silent,

    /// <summary>The machine refuses: no process listens.</summary>
    Refuses,

    /// <summary>A process listens.</summary>
    Listens,
}

/// <summary>Probes ports of other machines.</summary>
internal interface IPortProbe
{
    /// <summary>Resolves a host now, while its name can still be resolved.</summary>
    void Meet(string host);

    /// <summary>
    /// A port's answer once it was the same twice in a row, since a starting process also refuses for a moment; <see cref="PortAnswer.Listens"/> if it does
    /// not settle.
    /// </summary>
    Task<PortAnswer> SettleAsync(string host, int port, CancellationToken cancellation);
}

/// <summary>Connects to a port and hangs up.</summary>
internal sealed class PortProbe(KnownHosts hosts) : IPortProbe
{
    private const int Attempts = 8, AnswersNeeded = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(150);

    public PortProbe()
        : this(new KnownHosts())
    {
    }

    public void Meet(string host) => hosts.Meet(host);

    public async Task<PortAnswer> SettleAsync(string host, int port, CancellationToken cancellation)
    {
        var last = PortAnswer.Listens;
        for (int i = 0, same = 0; i < Attempts && !cancellation.IsCancellationRequested; i++)
        {
            if (i > 0) await Task.Delay(Pause, CancellationToken.None).ConfigureAwait(false);
            var answer = await TryAsync(host, port, cancellation).ConfigureAwait(false);
            same = answer == last ? same + 1 : 1;
            last = answer;
            // The process may be about to close its port.
            if (same >= AnswersNeeded && answer != PortAnswer.Listens) return answer;
        }

        return PortAnswer.Listens;
    }

    public async Task<PortAnswer> TryAsync(string host, int port, CancellationToken cancellation)
    {
        var location = await hosts.FindAsync(host, cancellation).ConfigureAwait(false);
        var answers = await Task.WhenAll(location.Addresses.Select(address => TryAsync(address, port, cancellation))).ConfigureAwait(false);
        if (answers.Contains(PortAnswer.Listens)) return PortAnswer.Listens;
        // Another machine may now have the remembered address.
        if (!answers.Contains(PortAnswer.Silent) && answers.Contains(PortAnswer.Refuses)) return location.IsFresh ? PortAnswer.Refuses : PortAnswer.Unknown;
        return answers.Length > 0 ? PortAnswer.Silent : PortAnswer.Unknown;
    }

    /// <returns><see cref="PortAnswer.Unknown"/> if this machine has no route to such addresses.</returns>
    private static async Task<PortAnswer> TryAsync(IPAddress address, int port, CancellationToken cancellation)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var connecting = socket.ConnectAsync(address, port, limit.Token).AsTask();
            // On a busy machine the answer may have arrived without this task having run: the socket knows.
            if (await Task.WhenAny(connecting, Task.Delay(Patience, CancellationToken.None)).ConfigureAwait(false) != connecting
                && !socket.Poll(0, SelectMode.SelectWrite))
                await limit.CancelAsync().ConfigureAwait(false);
            await connecting.ConfigureAwait(false);
            return PortAnswer.Listens;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => PortAnswer.Refuses,
                SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported => PortAnswer.Unknown,
                _ => PortAnswer.Silent,
            };
        }
        catch (OperationCanceledException)
        {
            return PortAnswer.Silent;
        }
    }
}
