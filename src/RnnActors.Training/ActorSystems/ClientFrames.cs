using System.Text;
using Google.Protobuf;

namespace RnnActors.Training.ActorSystems;

/// <summary>
/// The frames that a client's connection may send: handshake, heartbeat and goodbye of a system that is not a node, and messages for the receptionist. Frames
/// are those of Akka.Remote (<c>WireFormats.proto</c>, <c>ContainerFormats.proto</c>). A frame that could be read in two ways is refused.
/// </summary>
internal static class ClientFrames
{
    private const int SelectionSerializer = 6;
    private const int ChildName = 2;

    /// <summary>Only nodes send it: the receiver then knows the sender as a node.</summary>
    private const string AskStanding = "ask-standing/1";

    private static readonly string[] Receptionist = ["user", ClusterPaths.Receptionist];

    /// <returns>What a client may not do and this frame does, to follow the word "it"; null if the frame is allowed.</returns>
    public static string? Problem(ByteString frame)
    {
        try
        {
            var message = Parse(frame);
            return ProblemOfControl(Single(message, 2)) ?? ProblemOfPayload(Single(message, 1));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or FormatException)
        {
            return "sends a frame that Akka cannot parse";
        }
    }

    /// <summary>The problem of an <c>AkkaControlMessage</c>. A handshake has the address by which the other side is known from then on.</summary>
    private static string? ProblemOfControl(ByteString? control)
    {
        if (control is null || Single(Parse(control), 2) is not { } handshake) return null;
        if (Single(Parse(handshake), 1) is not { } origin) return "begins without an address";
        var address = Parse(origin);
        return TextOf(Single(address, 1)) == ClusterPaths.System
            ? $"acts as the node {TextOf(Single(address, 2))}:{address.LastOrDefault(field => field.Number == 3).Value}"
            : null;
    }

    /// <summary>The problem of an <c>AckAndEnvelopeContainer</c>.</summary>
    private static string? ProblemOfPayload(ByteString? payload)
    {
        if (payload is null || Single(Parse(payload), 2) is not { } envelope) return null;
        var parts = Parse(envelope);
        string recipient = TextOf(Single(Parse(Single(parts, 1) ?? ByteString.Empty), 1));
        var message = Parse(Single(parts, 2) ?? ByteString.Empty);
        string path = recipient.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 && recipient.IndexOf('/', scheme + 3) is var root and >= 0
            ? recipient[root..]
            : "";
        if (path.Trim('/').Length > 0 || NumberOf(message, 2) != SelectionSerializer) return $"speaks to {(path.Length > 1 ? path : "the system itself")}";

        var selection = Parse(Single(message, 1) ?? ByteString.Empty);
        List<string> names = [];
        foreach (var (_, element, _) in selection.Where(field => field.Number == 2))
        {
            var pattern = Parse(element ?? ByteString.Empty);
            names.Add(NumberOf(pattern, 1) == ChildName ? TextOf(Single(pattern, 2)) : "*");
        }

        if (!names.SequenceEqual(Receptionist)) return $"speaks to /{string.Join('/', names)}";
        string manifest = TextOf(Single(Parse(Single(selection, 1) ?? ByteString.Empty), 3));
        return manifest == AskStanding ? "asks where the node stands, as nodes do" : null;
    }

    private static List<(int Number, ByteString? Bytes, ulong Value)> Parse(ByteString message)
    {
        List<(int, ByteString?, ulong)> fields = [];
        var input = message.CreateCodedInput();
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            int number = WireFormat.GetTagFieldNumber(tag);
            fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.LengthDelimited => (number, input.ReadBytes(), 0),
                WireFormat.WireType.Varint => (number, null, input.ReadUInt64()),
                WireFormat.WireType.Fixed64 => (number, null, input.ReadFixed64()),
                WireFormat.WireType.Fixed32 => (number, null, input.ReadFixed32()),
                _ => throw new FormatException("Akka's messages have no groups."),
            });
        }

        return fields;
    }

    /// <summary>A field that may occur only once. Akka would merge two occurrences, and only one of them would have been checked here.</summary>
    private static ByteString? Single(List<(int Number, ByteString? Bytes, ulong Value)> message, int number)
    {
        ByteString? found = null;
        foreach (var (other, bytes, _) in message)
        {
            if (other != number) continue;
            if (found is not null || bytes is null) throw new FormatException($"Member {number} has another form, or is there twice.");
            found = bytes;
        }

        return found;
    }

    private static ulong NumberOf(List<(int Number, ByteString? Bytes, ulong Value)> message, int number) =>
        message.LastOrDefault(field => field.Number == number && field.Bytes is null).Value;

    private static string TextOf(ByteString? bytes) => bytes is null ? "" : Encoding.UTF8.GetString(bytes.Span);
}
