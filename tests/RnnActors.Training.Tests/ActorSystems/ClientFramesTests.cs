using CsCheck;
using Google.Protobuf;
using RnnActors.Training.ActorSystems;
using Xunit;

namespace RnnActors.Training.Tests.ActorSystems;

/// <summary>Frames as Akka.Remote writes them, of connections with a client's certificate.</summary>
public class ClientFramesTests
{
    private const string Root = "akka.ssl.tcp://rnnactors@127.0.0.1:4053/";

    private static readonly byte[] Asked = Said(Root, 6, Selection("get-status/1", "user", "receptionist"));

    [Fact]
    public void A_client_begins_lives_asks_the_receptionist_and_ends()
    {
        Assert.Null(Problem(Beginning("rnnactors-client")));
        Assert.Null(Problem(Message((2, Message((1, 2UL))))));
        Assert.Null(Problem(Message((2, Message((1, 3UL))))));
        Assert.Null(Problem(Asked));
        Assert.Null(Problem(Said(Root.TrimEnd('/'), 6, Selection("signed-request/1", "user", "receptionist"))));
        Assert.Null(Problem(Message((1, Message((1, Message((1, 7UL))))))));
    }

    [Fact]
    public void What_nodes_say_is_named()
    {
        Assert.Equal("acts as the node 10.0.0.1:4053", Problem(Beginning("rnnactors")));
        Assert.Equal("speaks to /user/coordinator", Problem(Said(Root, 6, Selection("register-node/1", "user", "coordinator"))));
        Assert.Equal("speaks to /user/receptionist/x", Problem(Said(Root, 6, Selection("get-status/1", "user", "receptionist", "x"))));
        Assert.Equal("speaks to /user/node", Problem(Said(Root + "user/node", 4053, [1])));
        Assert.Equal("speaks to /user/receptionist", Problem(Said(Root + "user/receptionist", 6, Selection("get-status/1", "user", "receptionist"))));
        Assert.Equal("speaks to the system itself", Problem(Said(Root, 4053, [1])));
        Assert.Equal("asks where the node stands, as nodes do", Problem(Said(Root, 6, Selection("ask-standing/1", "user", "receptionist"))));
    }

    /// <summary>Of two members Akka takes the last, or merges both.</summary>
    [Fact]
    public void What_is_there_twice_is_refused()
    {
        byte[] forbidden = Said(Root + "user/node", 4053, [1]);
        Assert.NotNull(Problem([.. Asked, .. forbidden]));
        Assert.NotNull(Problem([.. forbidden, .. Asked]));
        Assert.NotNull(Problem([.. Beginning("rnnactors-client"), .. Beginning("rnnactors")]));
        Assert.NotNull(Problem([.. Beginning("rnnactors-client"), .. forbidden]));
        Assert.NotNull(Problem([.. Asked, .. Beginning("rnnactors")]));
    }

    [Fact]
    public void Damaged_frames_are_refused_or_let_through_and_never_throw() =>
        Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte, Gen.Int[0, 8]).Sample((place, change, cut) =>
        {
            byte[] damaged = [.. Asked];
            damaged[place % damaged.Length] = change;
            _ = Problem(damaged[..^cut]);
        }, iter: 2000, threads: 1);

    private static string? Problem(byte[] frame) => ClientFrames.Problem(ByteString.CopyFrom(frame));

    private static byte[] Beginning(string system) => Message((2, Message(
        (1, 1UL), (2, Message((1, Message((1, system), (2, "10.0.0.1"), (3, 4053UL), (4, "ssl.tcp"))))))));

    private static byte[] Said(string recipient, ulong serializer, byte[] message) =>
        Message((1, Message((2, Message((1, Message((1, recipient))), (2, Message((1, message), (2, serializer))))))));

    private static byte[] Selection(string manifest, params string[] names) => Message(
        [(1, Message((1, new byte[] { 1 }), (2, 4053UL), (3, manifest))), .. names.Select(name => (2, (object)Message((1, 2UL), (2, name))))]);

    private static byte[] Message(params (int Number, object Value)[] members)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            foreach (var (number, value) in members)
            {
                output.WriteTag(number, value is ulong ? WireFormat.WireType.Varint : WireFormat.WireType.LengthDelimited);
                if (value is ulong count) output.WriteUInt64(count);
                else if (value is string text) output.WriteString(text);
                else output.WriteBytes(ByteString.CopyFrom((byte[])value));
            }
        }

        return bytes.ToArray();
    }
}
