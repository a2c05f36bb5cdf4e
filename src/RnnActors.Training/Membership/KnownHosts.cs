using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RnnActors.Training.Membership;

/// <summary>The addresses of a host.</summary>
/// <param name="Addresses">Empty if the name was never resolved.</param>
/// <param name="IsFresh">Whether the name was resolved now, and is not remembered.</param>
internal sealed record HostLocation(IReadOnlyList<IPAddress> Addresses, bool IsFresh);

/// <summary>
/// Resolves host names and remembers the results. A name server that is slow, or has dropped a stopped container's name, proves nothing about the machine.
/// </summary>
internal sealed class KnownHosts(Func<string, CancellationToken, Task<IPAddress[]>> lookUp)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, IReadOnlyList<IPAddress>> _found = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> _met = new(StringComparer.OrdinalIgnoreCase);

    public KnownHosts()
        : this(Dns.GetHostAddressesAsync)
    {
    }

    /// <summary>Resolves a host name for the first time, and remembers the result.</summary>
    public void Meet(string host)
    {
        if (_met.TryAdd(host, true)) _ = FindAsync(host, CancellationToken.None);
    }

    public async Task<HostLocation> FindAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address)) return new HostLocation([address], IsFresh: true);
        try
        {
            // The limit may not stop the lookup itself, which may be a system call. A result that comes later is still remembered.
            var addresses = await RememberAsync(host, cancellation).WaitAsync(Patience, cancellation).ConfigureAwait(false);
            if (addresses.Count > 0) return new HostLocation(addresses, IsFresh: true);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or OperationCanceledException)
        {
            // The remembered addresses are used instead.
        }

        return new HostLocation(_found.GetValueOrDefault(host, []), IsFresh: false);
    }

    private async Task<IReadOnlyList<IPAddress>> RememberAsync(string host, CancellationToken cancellation)
    {
        var addresses = await lookUp(host, cancellation).ConfigureAwait(false);
        if (addresses.Length > 0) _found[host] = addresses;
        return addresses;
    }
}
