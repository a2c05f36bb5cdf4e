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
/// Asks a port which name its node goes by. Akka.Remote silently drops what is not addressed by exactly that name. But the handshake (WireFormats.proto of
/// Akka.Remote: AkkaProtocolMessage) tells it to the side that begins a conversation, and that is all that is spoken here.
/// </summary>
internal static class NameProbe
{
    private const int MaxAnswerBytes = 4096;
    private const uint Associate = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <returns>The node's own name; null where no node of a cluster answers.</returns>
    public static async Task<HostAndPort?> AskAsync(HostAndPort contact, TlsCredentials? tls, CancellationToken cancellation)
    {
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
                await secured.AuthenticateAsClientAsync(tls.RemotingOptions(contact.Host), limit.Token).ConfigureAwait(false);
                stream = secured;
            }

            await using (stream.ConfigureAwait(false))
            {
                await stream.WriteAsync(Greeting(tls is not null), limit.Token).ConfigureAwait(false);
                return await AnswerAsync(stream, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (
            e is SocketException or IOException or AuthenticationException or InvalidProtocolBufferException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>The beginning of an association, under a name that is never used for anything else.</summary>
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

    /// <summary>The origin in the first answer that has one.</summary>
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

    /// <summary>A member of a message that is a message itself.</summary>
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
