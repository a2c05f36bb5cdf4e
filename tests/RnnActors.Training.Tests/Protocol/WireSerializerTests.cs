using System.Runtime.Serialization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using CsCheck;
using MessagePack;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Protocol;

public class WireSerializerTests : TestKit
{
    private static readonly JsonSerializerOptions Json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
    private static readonly Type[] Messages = [.. typeof(IWireMessage).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(IWireMessage))
        && type.IsClass)];

    private readonly WireSerializer _serializer;

    public WireSerializerTests()
        : base(WireSerializerConfiguration.Config) => _serializer = new WireSerializer((ExtendedActorSystem)Sys);

    public static TheoryData<Type> Types => [.. Messages];

    [Fact]
    public void Messages_are_sealed_and_their_names_are_their_own()
    {
        Assert.All(Messages, type => Assert.True(type.IsSealed, type.Name));
        Assert.Equal(Messages.Length, Messages.Select(type => _serializer.Manifest(RandomRecord.Create(type, new Random(1)))).Distinct().Count());
        Assert.Throws<SerializationException>(() => _serializer.Manifest("text"));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary("text"));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_message_comes_back_as_it_was(Type type) => Gen.Int.Sample(
        seed =>
        {
            object message = RandomRecord.Create(type, new Random(seed));
            string manifest = _serializer.Manifest(message);
            Assert.EndsWith("/1", manifest, StringComparison.Ordinal);
            object back = _serializer.FromBinary(_serializer.ToBinary(message), manifest);
            Assert.Equal(type, back.GetType());
            Assert.Equal(JsonSerializer.Serialize(message, type, Json), JsonSerializer.Serialize(back, type, Json));
        },
        iter: 50, threads: 1);

    [Theory]
    [MemberData(nameof(Types))]
    public void Bytes_that_are_cut_changed_or_random_are_a_message_or_are_refused(Type type) => Gen.Int.Sample(
        seed =>
        {
            var random = new Random(seed);
            object message = RandomRecord.Create(type, random);
            byte[] bytes = _serializer.ToBinary(message);
            byte[] cut = bytes[..random.Next(bytes.Length)];
            byte[] noise = new byte[random.Next(60)];
            random.NextBytes(noise);
            for (int i = random.Next(1, 4); i > 0; i--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            foreach (byte[] hostile in new[] { cut, noise, bytes })
            {
                long refused = WireSerializer.Refused;
                try
                {
                    object read = _serializer.FromBinary(hostile, _serializer.Manifest(message));
                    Assert.Equal(type, read.GetType());
                    _serializer.ToBinary(read);
                }
                catch (SerializationException)
                {
                    Assert.True(WireSerializer.Refused > refused);
                }
            }
        },
        iter: 50, threads: 1);

    [Theory]
    [InlineData("")]
    [InlineData("register-node/2")]
    [InlineData("Register-node/1")]
    [InlineData("System.Diagnostics.Process, System")]
    public void A_name_that_is_not_in_the_list_is_refused(string manifest)
    {
        byte[] bytes = _serializer.ToBinary(new NodeRefused("no"));
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, manifest));
    }

    [Fact]
    public void What_may_not_be_null_is_refused_where_it_is()
    {
        byte[] bytes = MessagePackSerializer.Serialize(new NodeRefused(null!));
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, "node-refused/1"));
        bytes = MessagePackSerializer.Serialize(new RunAccepted("run", 1, new ChannelAddress("host", 1, []), [null!]));
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, "run-accepted/1"));
        Assert.Throws<SerializationException>(() => _serializer.FromBinary([0xC0], "get-status/1"));
    }

    /// <summary>Arrays and blobs that say to be of 2 GB and more, and arrays in arrays without end.</summary>
    [Theory]
    [InlineData("DC", "FFFF")]
    [InlineData("DD", "7FFFFFFF")]
    [InlineData("C6", "FFFFFFFF")]
    [InlineData("DB", "7FFFFFF0")]
    public void A_length_that_is_not_there_takes_no_memory(string code, string length)
    {
        byte[] bytes = Convert.FromHexString("94A372756E01C0" + code + length + "00");
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, "run-accepted/1"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>A message without members may pass over what it does not know; it must not do so by recursion.</summary>
    [Fact]
    public void Nesting_without_end_is_refused_or_passed_over()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0x91, 3_000_000), 0x00];
        foreach (var type in Messages)
        {
            string manifest = _serializer.Manifest(RandomRecord.Create(type, new Random(1)));
            if (type == typeof(GetStatus)) Assert.Equal(new GetStatus(), _serializer.FromBinary(bytes, manifest));
            else Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes, manifest));
        }
    }

    [Fact]
    public void Serializers_that_make_objects_of_any_type_are_closed_in_both_directions()
    {
        byte[] json = """{"$type":"System.IO.FileInfo, System.Private.CoreLib","fileName":"x"}"""u8.ToArray();
        foreach (int identifier in new[] { 1, 3 })
        {
            long refused = WireSerializer.Refused;
            Assert.Throws<SerializationException>(() => Sys.Serialization.Deserialize(json, identifier, typeof(FileInfo)));
            Assert.True(WireSerializer.Refused > refused);
        }

        Assert.IsType<WireSerializer>(Sys.Serialization.FindSerializerFor(new GetStatus()));
        Assert.ThrowsAny<Exception>(() => Sys.Serialization.Serialize(new FileInfo("x")));
    }
}

internal static class WireSerializerConfiguration
{
    public static Akka.Configuration.Config Config => ActorSystemConfiguration.Serialization().WithFallback(ActorSystemConfiguration.Local());
}
