using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using RnnActors.Core.Problems;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Client;

/// <summary>
/// A client of a cluster, without being a member. It asks the receptionist of any node, which forwards to the coordinator. Answers return by the same
/// connection, so a client needs no open port. Neither specification nor data is needed to manage runs and nodes.
/// </summary>
public sealed partial class ClusterClient : IAsyncDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(500), EndTimeout = TimeSpan.FromSeconds(20);

    private readonly ClientOptions _options;
    private readonly ContactNames _names;
    private readonly IActorRef? _signer;
    private readonly TaskCompletionSource _refusal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ClusterClient(ActorSystem system, ClientOptions options, TlsCredentials? credentials)
    {
        (System, _options, _names) = (system, options, new ContactNames(credentials));
        _names.Refused = FindRefusal;
        if (credentials is not null) _signer = system.ActorOf(RequestSigner.Props(credentials), "signer");
    }

    internal ActorSystem System { get; }

    /// <summary>
    /// Fails with an <see cref="InvalidInputException"/> when client and contacts do not accept each other's certificates, for every contact.
    /// </summary>
    internal Task Refusal => _refusal.Task;

    /// <exception cref="InvalidInputException">The options or a certificate cannot be used.</exception>
    public static ClusterClient Create(ClientOptions options)
    {
        options.Validate();
        var setup = ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(ActorSystemConfiguration.Client(
            LocalAddressTowards(options.Contacts), options.Tls is not null)));
        var credentials = options.Tls?.Load();
        if (credentials is not null) setup = setup.And(ActorSystemConfiguration.Secure(credentials));
        return new ClusterClient(ActorSystem.Create("rnnactors-client", setup), options, credentials);
    }

    /// <summary>Contacts whose nodes have other names, as sentences without their full stops: why none answers, or which name was used instead.</summary>
    public IReadOnlyCollection<string> Renamed => _names.News;

    /// <summary>Called with each sentence of <see cref="Renamed"/>, once, on any thread.</summary>
    internal Action<string>? NameLearned { set => _names.Learned = value; }

    /// <summary>Asks one contact after another until one answers or the time is up.</summary>
    /// <typeparam name="TAnswer">The type of the answer; other messages are ignored.</typeparam>
    /// <returns>Null where no node answered in time.</returns>
    /// <exception cref="InvalidInputException">The client's certificate does not let it ask that, or the nodes do not let it in.</exception>
    public async Task<TAnswer?> AskAsync<TAnswer>(IWireMessage question, TimeSpan patience, CancellationToken cancellation = default)
        where TAnswer : class, IWireMessage
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        var first = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        Action<TAnswer> hear = answer => first.TrySetResult(answer);
        Action<RightRefused> refuse = refused => first.TrySetException(RightRefusal.Of(refused));
        var asking = System.ActorOf(Props.Create(() => new Listener<TAnswer>(hear, refuse)));
        try
        {
            while (true)
            {
                foreach (var contact in _options.Contacts) Receptionist(contact).Tell(question, asking);
                await Task.WhenAny(first.Task, Refusal, Task.Delay(BetweenAttempts, limit.Token)).ConfigureAwait(false);
                if (!first.Task.IsCompleted && Refusal.IsFaulted) await Refusal.ConfigureAwait(false);
                if (first.Task.IsCompleted) return await first.Task.ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                if (limit.IsCancellationRequested) return null;
            }
        }
        finally
        {
            System.Stop(asking);
        }
    }

    /// <summary>What the user can do when no coordinator answers. There may be no node at all, or nodes without a coordinator.</summary>
    /// <returns>A sentence without its full stop.</returns>
    public async Task<string> RemedyAsync(CancellationToken cancellation = default)
    {
        if (Renamed.Count > 0) return string.Join(". ", Renamed);
        var probe = new PortProbe();
        foreach (var contact in _options.Contacts) probe.Meet(contact.Host);
        var asked = _options.Contacts.Select(contact => probe.SettleAsync(contact.Host, contact.Port, cancellation));
        var answers = await Task.WhenAll(asked).ConfigureAwait(false);
        HostAndPort[] listening = [.. _options.Contacts.Where((_, place) => answers[place] == PortAnswer.Listens)];
        return listening.Length == 0
            ? "Nothing listens there. Start a node (rnnactors node), or name one that runs"
            : $"{string.Join(" and ", listening)} {(listening.Length == 1 ? "listens" : "listen")}, and no coordinator is heard by it. "
                + "Start a coordinator of the cluster again on its data (rnnactors node --role coordinator), or wait for a standby to take over";
    }

    /// <summary>Asks several nodes at once.</summary>
    /// <returns>The answers that came in time.</returns>
    internal async Task<IReadOnlyCollection<TAnswer>> AskEachAsync<TAnswer>(
        IWireMessage question, IReadOnlyCollection<HostAndPort> nodes, TimeSpan patience, CancellationToken cancellation)
        where TAnswer : class, IWireMessage
    {
        if (nodes.Count == 0) return [];
        var answers = new ConcurrentBag<TAnswer>();
        var all = new TaskCompletionSource<TAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        Action<TAnswer> hear = answer =>
        {
            answers.Add(answer);
            if (answers.Count == nodes.Count) all.TrySetResult(answer);
        };
        Action<RightRefused> refuse = _ => { }; // questions between nodes need no right
        var asking = System.ActorOf(Props.Create(() => new Listener<TAnswer>(hear, refuse)));
        foreach (var node in nodes) ReceptionistOf(node).Tell(question, asking);
        await Task.WhenAny(all.Task, Task.Delay(patience, cancellation)).ConfigureAwait(false);
        System.Stop(asking);
        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        _names.Dispose();
        try
        {
            await System.Terminate().WaitAsync(EndTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The client has ended; nobody waits for this.
        }
    }

    /// <summary>The receptionist of a contact, addressed by its node's own name where that is known.</summary>
    internal ICanTell Receptionist(HostAndPort contact)
    {
        var receptionist = ReceptionistOf(_names.NameOf(contact));
        return _signer is null ? receptionist : new SigningReceptionist(_signer, receptionist);
    }

    /// <summary>The host to connect to for a node: its own, or that of a contact if this is the only way to it.</summary>
    internal string HostTowards(string host) => _names.HostTowards(host);

    private ActorSelection ReceptionistOf(HostAndPort node) =>
        System.ActorSelection(
            $"akka.{(_options.Tls is null ? "" : "ssl.")}tcp://{ClusterPaths.System}@{node}{ClusterPaths.User(ClusterPaths.Receptionist)}");

    /// <summary>Ends the waiting questions once every contact is known to refuse this client.</summary>
    private void FindRefusal()
    {
        NameProbe.Stranger?[] all = [.. _options.Contacts.Select(_names.StrangerTo)];
        if (all[0] is not { } first || all.Contains(null)) return;
        string whom = $"{(_options.Contacts.Count == 1 ? "the node" : "the nodes")} at {string.Join(", ", _options.Contacts)}";
        string certificate = _options.Tls is { } tls ? $"the certificate in '{tls.Certificate}'" : "a certificate";
        const string make = "deploy/certificates.sh --role ROLE FOLDER NAME makes it";
        _refusal.TrySetException(first switch
        {
            NameProbe.Stranger.WithoutCertificate => new InvalidInputException(
                $"{whom}: certificates are asked for, and this client has none", $"Give --certificate, --key and --authority; {make}"),
            NameProbe.Stranger.PlainTextThere => new InvalidInputException(
                $"{whom}: no TLS is spoken there, and this client was given {certificate}", "Leave the certificate out, or start the nodes with theirs"),
            NameProbe.Stranger.NotTrustedHere => new InvalidInputException(
                $"{whom}: the certificate that is shown there was not signed by the authority in '{_options.Tls!.Authority}', has expired, was revoked or is a "
                    + "client's",
                "Give the cluster's authority with --authority"),
            _ => new InvalidInputException(
                $"{whom}: {certificate} is not accepted there: it is of another authority, has expired or was revoked",
                $"Use one that the cluster's authority has signed; {make}"),
        });
        _ = _refusal.Task.Exception; // observed here, since no question may be waiting
    }

    /// <summary>This machine's address, as the contacts see it.</summary>
    private static string LocalAddressTowards(IReadOnlyList<HostAndPort> contacts)
    {
        foreach (var contact in contacts)
        {
            try
            {
                using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
                socket.Connect(contact.Host, contact.Port); // sends nothing: it asks for the route
                var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
                return PlainAddress.Of(address).ToString();
            }
            catch (SocketException)
            {
                // A name that is not known, or no route: the next one.
            }
        }

        return IPAddress.Loopback.ToString();
    }

    private sealed class Listener<TAnswer> : ReceiveActor
        where TAnswer : class
    {
        public Listener(Action<TAnswer> heard, Action<RightRefused> refused)
        {
            Receive(heard);
            Receive(refused);
        }
    }
}
