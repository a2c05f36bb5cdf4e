using System.Collections.Concurrent;
using RnnActors.Core.Problems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Hosting;

/// <summary>The other nodes that a node knows: those it was told to join, those of its last cluster, and those that asked it.</summary>
internal sealed class KnownNodes(NodeOptions options)
{
    private const int MaxMet = 100;

    private readonly KnownMembers _known = new(options.EffectiveDataDirectory);
    private readonly ConcurrentDictionary<HostAndPort, bool> _met = new();
    private readonly ConcurrentDictionary<HostAndPort, HostAndPort> _names = new();
    private volatile bool _isNew = new KnownMembers(options.EffectiveDataDirectory).Read().Count == 0;

    /// <summary>Whether the node was never in a cluster with others.</summary>
    public bool IsNew => _isNew;

    /// <summary>Records that the node was in a cluster and lost it.</summary>
    public void Experienced() => _isNew = false;

    /// <summary>
    /// Whether the node may form a cluster where it finds none. A new node may if it was told to join no other, or itself first; later any candidate may.
    /// </summary>
    public bool MayForm(HostAndPort own) => _isNew ? options.Join.Count == 0 || NameOf(options.Join[0]) == own : options.IsCandidate;

    /// <summary>Remembers a node that asked for this one's standing, or was named by another.</summary>
    public void Meet(NodeStanding other)
    {
        Meet(other.Address, other.IsCandidate);
        if (other.Coordinator is { } coordinator) Meet(coordinator, isCandidate: true);
    }

    /// <summary>The contacts of <see cref="NodeOptions.Join"/> whose nodes' own names are not known yet.</summary>
    public IReadOnlyList<HostAndPort> Unnamed => [.. options.Join.Where(contact => !_names.ContainsKey(contact))];

    /// <summary>Records the name of a contact's node; the node is known by it from now on.</summary>
    public void Learn(HostAndPort contact, HostAndPort name) => _names[contact] = name;

    /// <summary>All known nodes but this one.</summary>
    public IReadOnlyList<KnownMember> Others(HostAndPort own)
    {
        Dictionary<HostAndPort, KnownMember> others = [];
        foreach (var contact in options.Join.Select(NameOf)) others[contact] = new KnownMember(contact, IsCandidate: true);
        foreach (var (address, isCandidate) in _met) others[address] = new KnownMember(address, isCandidate);
        foreach (var known in _known.Read()) others[known.Address] = known;
        others.Remove(own);
        return [.. others.Values];
    }

    private HostAndPort NameOf(HostAndPort contact) => _names.GetValueOrDefault(contact, contact);

    private void Meet(string address, bool isCandidate)
    {
        try
        {
            if (_met.Count < MaxMet) _met[HostAndPort.Parse(address)] = isCandidate;
        }
        catch (InvalidInputException)
        {
            // A node with such an address cannot be asked back.
        }
    }
}
