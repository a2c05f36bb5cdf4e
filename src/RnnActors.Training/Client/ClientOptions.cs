using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Client;

/// <summary>How a client reaches a cluster.</summary>
/// <param name="Contacts">Nodes of the cluster, any of them; each is asked until one answers.</param>
/// <param name="Tls">Certificates, where the cluster has them.</param>
public sealed record ClientOptions(IReadOnlyList<HostAndPort> Contacts, TlsOptions? Tls = null)
{
    /// <summary>Allows plain text with a cluster on other machines.</summary>
    public bool DangerouslyAllowPlainText { get; init; }

    /// <exception cref="InvalidInputException">There is no contact, or one on another machine is to be spoken to in plain text.</exception>
    internal void Validate()
    {
        if (Contacts.Count == 0) throw new InvalidInputException("no node of the cluster is named", "Write HOST:PORT of any of its nodes");
        if (Tls is not null || DangerouslyAllowPlainText || Contacts.All(contact => HostAndPort.IsLoopback(contact.Host))) return;
        throw new InvalidInputException(
            $"there are no certificates to speak with {Contacts.First(contact => !HostAndPort.IsLoopback(contact.Host))}, which is another machine",
            "Give certificates (Tls:Certificate, Tls:Key, Tls:Authority; --certificate, --key, --authority), "
                + "or, where everyone on the network may read along, DangerouslyAllowPlainText (--dangerously-allow-plain-text)");
    }
}
