using System.Collections.Concurrent;
using System.Net.Sockets;
using RnnActors.Training.Addresses;
using RnnActors.Training.Membership;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Client;

/// <summary>
/// The names of the nodes behind a client's contacts. A node drops messages that are not addressed by one of its own names. So a contact that stays silent is
/// asked for its name, and is addressed by that from then on, if it can be reached so. Thread-safe.
/// </summary>
internal sealed class ContactNames(TlsCredentials? credentials) : IDisposable
{
    /// <summary>The number of unanswered questions before a contact is asked for its name, and between two such attempts.</summary>
    private const int QuestionsBefore = 3, QuestionsBetween = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<HostAndPort, Contact> _contacts = new();
    private readonly ConcurrentQueue<string> _news = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<HostAndPort, NameProbe.Stranger> _strange = new();

    /// <summary>Called whenever a contact and this client turn out not to accept each other.</summary>
    public Action? Refused { private get; set; }

    /// <summary>Why a contact and this client do not accept each other; null where that is not known.</summary>
    public NameProbe.Stranger? StrangerTo(HostAndPort contact) => _strange.TryGetValue(contact, out var strange) ? strange : null;

    public Action<string>? Learned { private get; set; }

    public IReadOnlyCollection<string> News => _news;

    /// <summary>The name to address a contact by: as the user wrote it, until another one is known.</summary>
    public HostAndPort NameOf(HostAndPort contact)
    {
        var known = _contacts.GetOrAdd(contact, one => new Contact(one));
        int questions = Interlocked.Increment(ref known.Questions);
        if (!known.IsKnown && questions % QuestionsBetween == QuestionsBefore) _ = Task.Run(() => LearnAsync(contact, known));
        return known.Name;
    }

    /// <summary>
    /// The host to connect to in place of <paramref name="host"/>. A node may have a name that this machine cannot resolve; it is then reached at the contact
    /// that gave this name.
    /// </summary>
    public string HostTowards(string host) =>
        _contacts.FirstOrDefault(contact => contact.Value.UnreachableHost == host) is { Value: not null } forwarded ? forwarded.Key.Host : host;

    public void Dispose() => _ending.Cancel();

    private async Task LearnAsync(HostAndPort contact, Contact known)
    {
        try
        {
            var found = await NameProbe.ProbeAsync(contact, credentials, _ending.Token).ConfigureAwait(false);
            if (found.Stranger is { } strange)
            {
                // A node that is shutting down closes the connection as one that refuses does: only two equal answers count.
                if (strange != (await NameProbe.ProbeAsync(contact, credentials, _ending.Token).ConfigureAwait(false)).Stranger) return;
                _strange[contact] = strange;
                Refused?.Invoke();
            }

            if (found.Name is not { } name || known.IsKnown) return;
            known.IsKnown = true;
            if (name == contact) return;
            bool isReachable = await IsReachableAsync(name).ConfigureAwait(false);
            if (isReachable) known.Name = name;
            else known.UnreachableHost = name.Host;
            string news = $"The node at {contact} goes by the name {name}"
                + (isReachable
                    ? ", and is asked by that"
                    : $", which cannot be reached from here. It answers to {contact} where it is started with --also-known-as {contact}");
            _news.Enqueue(news);
            Learned?.Invoke(news);
        }
        catch (OperationCanceledException)
        {
            // The client has ended.
        }
    }

    private async Task<bool> IsReachableAsync(HostAndPort name)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(name.Host, name.Port, limit.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            _ending.Token.ThrowIfCancellationRequested();
            return false;
        }
    }

    private sealed class Contact(HostAndPort contact)
    {
        private volatile HostName _name = new(contact);

        public int Questions;

        public HostAndPort Name
        {
            get => _name.Value;
            set => _name = new HostName(value);
        }

        public volatile bool IsKnown;

        public volatile string? UnreachableHost;

        private sealed record HostName(HostAndPort Value);
    }
}
