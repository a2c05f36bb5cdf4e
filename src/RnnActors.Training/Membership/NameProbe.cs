using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Google.Protobuf;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Addresses;
using RnnActors.Training.Transfer;

namespace RnnActors.Training.Membership;

/// <summary>
/// Asks a port for its node's name. Akka.Remote silently drops messages that are not addressed by exactly that name. Its handshake (WireFormats.proto:
/// AkkaProtocolMessage) tells the name to the side that opens the connection; nothing else is sent here.
/// </summary>
internal static class NameProbe
{
    private const int MaxAnswerBytes = 4096;
    private const uint Associate = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>The node's own name; null where no node of a cluster answers.</returns>
    public static async Task<HostAndPort?> AskAsync(HostAndPort contact, TlsCredentials? tls, CancellationToken cancellation) =>
        (await ProbeAsync(contact, tls, cancellation).ConfigureAwait(false)).Name;

    /// <summary>The node's own name, or why the node and this side do not accept each other.</summary>
    public static async Task<Finding> ProbeAsync(HostAndPort contact, TlsCredentials? tls, CancellationToken cancellation)
    {
        bool isShown = false, isTrusted = false;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(contact.Host, contact.Port, limit.Token).ConfigureAwait(false);
            Stream stream = new NetworkStream(socket, ownsSocket: false);
            if (tls is not null)
            {
                var secured = new SslStream(stream);
                var options = tls.RemotingOptions(contact.Host);
                var decides = options.RemoteCertificateValidationCallback!;
                options.RemoteCertificateValidationCallback = (sender, peer, chain, errors) =>
                {
                    isShown = peer is not null;
                    return isTrusted = decides(sender, peer, chain, errors);
                };
                await secured.AuthenticateAsClientAsync(options, limit.Token).ConfigureAwait(false);
                stream = secured;
            }

            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(Greeting(tls is not null), limit.Token).ConfigureAwait(false);
                if (await AnswerAsync(stream, limit.Token).ConfigureAwait(false) is { } name) return new(name, null);
                return Finding.Nothing;
            }
        }
        catch (Exception e) when (
            e is SocketException or IOException or AuthenticationException or InvalidProtocolBufferException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();

            // A closed or busy port, or another protocol, is not a refusal.
            if (e is not (IOException or AuthenticationException)) return Finding.Nothing;
            if (tls is null) return new(null, await SpeaksTlsAsync(contact, cancellation).ConfigureAwait(false) ? Stranger.WithoutCertificate : null);
            if (isShown) return new(null, isTrusted ? Stranger.NotTrustedThere : Stranger.NotTrustedHere);
            bool isPlain = (await ProbeAsync(contact, null, cancellation).ConfigureAwait(false)).Name is not null;
            return new(null, isPlain ? Stranger.PlainTextThere : null);
        }
    }

    /// <summary>Whether a port answers a TLS handshake with a certificate, of whatever authority.</summary>
    private static async Task<bool> SpeaksTlsAsync(HostAndPort contact, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        bool isShown = false;
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(contact.Host, contact.Port, limit.Token).ConfigureAwait(false);
            using var secured = new SslStream(new NetworkStream(socket, ownsSocket: false), leaveInnerStreamOpen: false, (_, _, _, _) => !(isShown = true));
            await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = contact.Host }, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return isShown;
    }

    /// <summary>Why a node and the asking side do not accept each other.</summary>
    public enum Stranger
    {
        /// <summary>The node has certificates, and the asking side has none.</summary>
        WithoutCertificate,

        /// <summary>The node has no certificates, and the asking side has.</summary>
        PlainTextThere,

        /// <summary>The node's certificate is not of the asking side's authority, or is not a node's.</summary>
        NotTrustedHere,

        /// <summary>The node ended the handshake over the asking side's certificate.</summary>
        NotTrustedThere,
    }

    /// <param name="Name">The node's name; null where it does not tell it.</param>
    /// <param name="Stranger">Why they do not accept each other; null where that is not known.</param>
    public sealed record Finding(HostAndPort? Name, Stranger? Stranger)
    {
        public static readonly Finding Nothing = new(null, null);
    }

    /// <summary>The first message of an association, under a name that is used for nothing else.</summary>
    private static byte[] Greeting(bool isSecure)
    {
        byte[] origin = Message(output =>
        {
            Write(output, 1, "rnnactors-asks-a-name");
            Write(output, 2, Guid.NewGuid().ToString("N"));
            output.WriteTag(3, WireFormat.WireType.Varint);
            output.WriteUInt32(1);
            Write(output, 4, isSecure ? "ssl.tcp" : "tcp");
        });
        byte[] handshake = Message(output =>
        {
            Write(output, 1, origin);
            output.WriteTag(2, WireFormat.WireType.Fixed64);
            output.WriteFixed64((uint)Random.Shared.Next());
        });
        byte[] control = Message(output =>
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteUInt32(Associate);
            Write(output, 2, handshake);
        });
        byte[] message = Message(output => Write(output, 2, control));
        byte[] frame = new byte[sizeof(int) + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        message.CopyTo(frame, sizeof(int));
        return frame;
    }

    /// <summary>The origin in the first answer that has one; null for none.</summary>
    private static async Task<HostAndPort?> AnswerAsync(Stream stream, CancellationToken cancellation)
    {
        byte[] length = new byte[sizeof(int)];
        while (true)
        {
            await stream.ReadExactlyAsync(length, cancellation).ConfigureAwait(false);
            int bytes = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (bytes is <= 0 or > MaxAnswerBytes) return null;
            byte[] message = new byte[bytes];
            await stream.ReadExactlyAsync(message, cancellation).ConfigureAwait(false);
            if (Part(message, 2) is { } control && Part(control, 2) is { } handshake && Part(handshake, 1) is { } origin) return NameOf(origin);
        }
    }

    private static HostAndPort? NameOf(byte[] origin)
    {
        string system = "", host = "";
        uint port = 0;
        var input = new CodedInputStream(origin);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: system = input.ReadString(); break;
                case 2: host = input.ReadString(); break;
                case 3: port = input.ReadUInt32(); break;
                default: input.SkipLastField(); break;
            }
        }

        return system == ClusterPaths.System && host.Length > 0 && port is > 0 and <= 65535
            ? HostAndPort.Of(new Akka.Actor.Address("akka", system, host, (int)port))
            : null;
    }

    /// <summary>A field of a message that is a message itself.</summary>
    private static byte[]? Part(byte[] message, int number)
    {
        var input = new CodedInputStream(message);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                return input.ReadBytes().ToByteArray();
            input.SkipLastField();
        }

        return null;
    }

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true)) write(output);
        return bytes.ToArray();
    }

    private static void Write(CodedOutputStream output, int number, string text)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void Write(CodedOutputStream output, int number, byte[] bytes)
    {
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(bytes));
    }
}
