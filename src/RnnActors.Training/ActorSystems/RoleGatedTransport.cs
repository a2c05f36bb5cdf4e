using System.Net;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.Transport;
using DotNetty.Handlers.Tls;
using DotNetty.Transport.Channels;
using RnnActors.Training.Addresses;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.ActorSystems;

/// <summary>
/// Akka's TCP transport under TLS, which enforces the roles of certificates. A connection with a client's certificate may send the frames of a client
/// (<see cref="ClientFrames"/>) and none of a cluster member, whatever program it is. Any other frame closes the connection, which is published as
/// <see cref="ClientRefused"/>.
/// </summary>
/// <remarks>
/// Akka exposes neither its transport nor a connection's certificate, so both are found by reflection. Without a visible certificate, every frame is refused.
/// </remarks>
internal sealed class RoleGatedTransport : Transport
{
    private static readonly Type Tcp = Type.GetType("Akka.Remote.Transport.DotNetty.TcpTransport, Akka.Remote", throwOnError: true)!;

    private readonly Transport _tcp;

    /// <summary>Called by Akka, which finds the class in the configuration.</summary>
    public RoleGatedTransport(ActorSystem system, Config config)
    {
        (System, Config) = (system, config);
        _tcp = (Transport)Activator.CreateInstance(Tcp, system, config)!;
        SchemeIdentifier = _tcp.SchemeIdentifier;
    }

    public override string SchemeIdentifier { get; protected set; }

    public override long MaximumPayloadBytes => _tcp.MaximumPayloadBytes;

    public override bool IsResponsibleFor(Address remote) => _tcp.IsResponsibleFor(remote);

    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var (address, listening) = await _tcp.Listen().ConfigureAwait(false);
        var own = new TaskCompletionSource<IAssociationEventListener>();
        _ = own.Task.ContinueWith(
            listener => listening.TrySetResult(new Entrance(System, listener.Result)), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        return (address, own);
    }

    public override async Task<AssociationHandle> Associate(Address remoteAddress) =>
        new GatedHandle(System, await _tcp.Associate(remoteAddress).ConfigureAwait(false), isToNode: remoteAddress.System == ClusterPaths.System);

    public override Task<bool> Shutdown() => _tcp.Shutdown();

    public override Task<bool> ManagementCommand(object message) => _tcp.ManagementCommand(message);

    private sealed class Entrance(ActorSystem system, IAssociationEventListener inner) : IAssociationEventListener
    {
        public void Notify(IAssociationEvent ev) =>
            inner.Notify(ev is InboundAssociation inbound ? new InboundAssociation(new GatedHandle(system, inbound.Association, isToNode: false)) : ev);
    }

    /// <summary>A connection whose incoming frames are checked.</summary>
    private sealed class GatedHandle : AssociationHandle
    {
        /// <summary><c>AkkaProtocolMessage</c> with the instruction DISASSOCIATE_QUARANTINED, as in Akka's <c>WireFormats.proto</c>.</summary>
        private static readonly Google.Protobuf.ByteString Quarantined = Google.Protobuf.ByteString.CopyFrom(0x12, 2, 0x08, 5);

        private readonly ActorSystem _system;
        private readonly AssociationHandle _inner;
        private readonly bool _isToNode;

        /// <param name="isToNode">Whether it was opened to a node, which has to show a node's certificate.</param>
        public GatedHandle(ActorSystem system, AssociationHandle inner, bool isToNode)
            : base(inner.LocalAddress, inner.RemoteAddress)
        {
            (_system, _inner, _isToNode) = (system, inner, isToNode);
            _ = ReadHandlerSource.Task.ContinueWith(
                listener => inner.ReadHandlerSource.TrySetResult(new Gate(this, listener.Result)), CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }

        public override bool Write(Google.Protobuf.ByteString payload) => _inner.Write(payload);

#pragma warning disable CS0672, CS0618 // Akka calls it all the same.
        public override void Disassociate() => _inner.Disassociate();
#pragma warning restore CS0672, CS0618

        /// <summary>What is wrong with a frame, as the end of a sentence; null if nothing is.</summary>
        public string? ProblemOf(X509Certificate2? peer, Google.Protobuf.ByteString frame)
        {
            if (peer is null) return "its certificate cannot be seen";
            var role = CertificateRole.Of(peer);
            string? problem = role.IsNode ? null : _isToNode ? "listens like a node" : ClientFrames.Problem(frame);
            return problem is null ? null : $"the certificate of {peer.Subject} is a client's (role {role.Name}), and it {problem}";
        }

        /// <summary>The peer's certificate; null before the handshake is over.</summary>
        public X509Certificate2? Peer =>
            _inner.GetType().GetField("_channel", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(_inner) is IChannel channel
                ? channel.Pipeline.Get<TlsHandler>()?.RemoteCertificate as X509Certificate2
                : null;

        public void Refuse(string reason)
        {
            string host = RemoteAddress.Host ?? "an unknown address";
            _system.EventStream.Publish(new ClientRefused(
                IPAddress.TryParse(host, out var address) ? PlainAddress.Of(address).ToString() : host, reason));
            // Akka's protocol cannot carry a reason. The program's author reads "quarantined" in its log, and the program does not reconnect.
            _inner.Write(Quarantined);
            _inner.Disassociate(reason, _system.Log);
        }
    }

    private sealed class Gate(GatedHandle handle, IHandleEventListener inner) : IHandleEventListener
    {
        private X509Certificate2? _peer;
        private bool _isClosed;

        public void Notify(IHandleEvent ev)
        {
            if (ev is InboundPayload said)
            {
                if (_isClosed) return;
                if (handle.ProblemOf(_peer ??= handle.Peer, said.Payload) is { } problem)
                {
                    _isClosed = true;
                    handle.Refuse(problem);
                    return;
                }
            }

            inner.Notify(ev);
        }
    }
}

/// <summary>Published in an actor system: a connection with a client's certificate acted as a node and was closed.</summary>
/// <param name="Reason">As a sentence without its full stop.</param>
internal sealed record ClientRefused(string Address, string Reason);
