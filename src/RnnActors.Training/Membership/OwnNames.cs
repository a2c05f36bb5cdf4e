using System.Net;
using System.Net.NetworkInformation;
using Akka.Actor;
using Akka.Remote;
using RnnActors.Training.Addresses;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Membership;

/// <summary>
/// The names that a node answers to besides its own: those in its certificate, of the addresses that it listens on, and in <c>AlsoKnownAs</c>, as behind a
/// forwarded port.
/// </summary>
internal static class OwnNames
{
    /// <param name="own">The name that other nodes know it by.</param>
    /// <param name="bind">The address that it listens on.</param>
    /// <param name="given">The names in the options, with their ports.</param>
    /// <returns>All but <paramref name="own"/>.</returns>
    public static IReadOnlyCollection<HostAndPort> Of(HostAndPort own, string bind, TlsCredentials? credentials, IEnumerable<HostAndPort> given)
    {
        HashSet<string> hosts = [HostAndPort.Normalised(bind)];
        if (IPAddress.TryParse(HostAndPort.Normalised(bind), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)))
        {
            hosts.Clear();
            hosts.Add(Dns.GetHostName());
            foreach (var local in LocalAddresses()) hosts.Add(HostAndPort.Normalised(local.ToString()));
        }

        foreach (string name in credentials?.Names ?? []) hosts.Add(HostAndPort.Normalised(name));
        HashSet<HostAndPort> names = [.. hosts.Select(host => new HostAndPort(host, own.Port)), .. given];

        // "localhost" and 127.0.0.1 mean the same everywhere but in Akka's addresses.
        foreach (var name in names.Where(name => name.Host == IPAddress.Loopback.ToString()).ToArray()) names.Add(name with { Host = "localhost" });
        names.Remove(own);
        return names;
    }

    /// <summary>Makes remoting accept messages under these names. Called when the actor system has started.</summary>
    public static void Register(ActorSystem system, IEnumerable<HostAndPort> names)
    {
        if (((ExtendedActorSystem)system).Provider is not IRemoteActorRefProvider { Transport: { } transport }) return;
        foreach (var name in names) transport.Addresses.Add(name.Like(transport.DefaultAddress));
    }

    private static IEnumerable<IPAddress> LocalAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(entry => entry.Address)];
        }
        catch (NetworkInformationException)
        {
            return [IPAddress.Loopback];
        }
    }
}
