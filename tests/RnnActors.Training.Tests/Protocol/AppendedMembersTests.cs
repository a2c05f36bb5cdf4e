using Akka.Actor;
using Akka.TestKit.Xunit2;
using MessagePack;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Protocol;

/// <summary>Builds of one protocol: a newer one appends members, which an older one passes over,
/// and takes those that an older one does not send for not told.</summary>
public class AppendedMembersTests : TestKit
{
    private static readonly Type[] Messages =
        [.. typeof(IWireMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IWireMessage)) && type.IsClass)];

    private readonly WireSerializer _serializer;

    public AppendedMembersTests()
        : base(WireSerializerConfiguration.Config) => _serializer = new WireSerializer((ExtendedActorSystem)Sys);

    public static TheoryData<Type> Types => [.. Messages];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_message_with_further_members_is_read_as_if_they_were_not_there(Type type)
    {
        object message = RandomRecord.Create(type, new Random(3));
        byte[] bytes = _serializer.ToBinary(message);
        object?[] members = MessagePackSerializer.Deserialize<object?[]>(bytes);
        byte[] longer = MessagePackSerializer.Serialize<object?[]>([.. members, "of a newer build", new object[] { 1, "two" }]);
        object back = _serializer.FromBinary(longer, _serializer.Manifest(message));
        Assert.Equal(bytes, _serializer.ToBinary(back));
    }

    [Fact]
    public void Members_that_an_older_build_does_not_send_are_not_told()
    {
        byte[] node = MessagePackSerializer.Serialize<object[]>([new object[] { "id", "host:1", true, 2, 0, 256, "0.3.0", 1 }]);
        var register = Assert.IsType<RegisterNode>(_serializer.FromBinary(node, "register-node/1"));
        Assert.Equal((0, 0), (register.Node.Protocol, register.Node.Arithmetic));
        Assert.Null(register.Acknowledged);
        Assert.Null(register.Held);
        Assert.NotNull(Versions.Refuse(register.Node, "1.0.0"));

        var refused = Assert.IsType<NodeRefused>(_serializer.FromBinary(MessagePackSerializer.Serialize<object[]>(["old"]), "node-refused/1"));
        Assert.Equal(("old", 0L), (refused.Reason, refused.Epoch));
        var run = MessagePackSerializer.Serialize<object?[]>([new object?[] { "id", "name", "", "", "", null, null, null, 1, "", "", "" }, 3, null, "more"]);
        Assert.Equal(3, StoredRecords.DecodeRun(run)!.Number);
    }
}
