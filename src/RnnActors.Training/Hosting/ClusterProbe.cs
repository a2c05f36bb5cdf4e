using RnnActors.Training.Addresses;
using RnnActors.Training.Client;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Hosting;

/// <summary>
/// Asks other nodes for their standing, as a client with an actor system of its own. Akka quarantines a removed node for the rest of its life, so it could not
/// learn of another cluster itself.
/// </summary>
internal sealed class ClusterProbe(NodeOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>How often in a row a port must refuse before its process counts as gone: a starting process refuses too.</summary>
    private const int RefusalsNeeded = 2;

    private readonly PortProbe _ports = new();
    private readonly Dictionary<HostAndPort, int> _refusals = [];
    private ClusterClient? _client;

    /// <summary>Asks these nodes, all at once.</summary>
    public async Task<IReadOnlyList<Contact>> ProbeAsync(IReadOnlyCollection<KnownMember> others, NodeStanding own, CancellationToken cancellation)
    {
        var answers = _client is null ? [] : await AskAsync(others, own, cancellation).ConfigureAwait(false);
        KnownMember[] silent = [.. others.Where(other => !answers.ContainsKey(other.Address))];
        var ports = await Task.WhenAll(silent.Select(other => _ports.TryAsync(other.Address.Host, other.Address.Port, cancellation))).ConfigureAwait(false);
        for (int i = 0; i < silent.Length; i++)
            _refusals[silent[i].Address] = ports[i] == PortAnswer.Refuses ? _refusals.GetValueOrDefault(silent[i].Address) + 1 : 0;
        KnownMember[] listening = [.. silent.Where((_, i) => ports[i] == PortAnswer.Listens)];
        if (_client is null && listening.Length > 0)
        {
            _client = ClusterClient.Create(new ClientOptions([.. listening.Select(other => other.Address)], options.Tls) { DangerouslyAllowPlainText = true });
            answers = await AskAsync(listening, own, cancellation).ConfigureAwait(false);
        }

        return [.. others.Select(other => answers.TryGetValue(other.Address, out var standing)
            ? new Contact(standing.IsCandidate, IsGone: false, standing)
            : new Contact(other.IsCandidate, _refusals.GetValueOrDefault(other.Address) >= RefusalsNeeded, null))];
    }

    /// <summary>Ends the client until another node listens again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_client is not null) await _client.DisposeAsync().ConfigureAwait(false);
        _client = null;
    }

    private async Task<Dictionary<HostAndPort, NodeStanding>> AskAsync(
        IReadOnlyCollection<KnownMember> others, NodeStanding own, CancellationToken cancellation)
    {
        Dictionary<HostAndPort, NodeStanding> answers = [];
        foreach (var standing in await _client!.AskEachAsync<NodeStanding>(
            new AskStanding(own), [.. others.Select(other => other.Address)], Patience, cancellation).ConfigureAwait(false))
            if (others.FirstOrDefault(other => other.Address.ToString() == standing.Address) is { } other) answers[other.Address] = standing;
        return answers;
    }
}
