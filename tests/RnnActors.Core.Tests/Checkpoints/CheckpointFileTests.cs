using CsCheck;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using Xunit;

namespace RnnActors.Core.Tests.Checkpoints;

public class CheckpointFileTests
{
    [Fact]
    public void What_is_saved_is_restored_to_the_bit() =>
        Gen.Select(Gen.Long[0, long.MaxValue], TestTensors.Tensors, TestTensors.Metadata).Sample((step, tensors, metadata) =>
        {
            Checkpoint restored = Read(Write(step, tensors, metadata));
            Assert.Equal(step, restored.Step);
            Assert.Equal(metadata.ToDictionary(), restored.Metadata);
            foreach (NamedTensor tensor in tensors) Assert.True(tensor.Bytes.SequenceEqual(restored.File[tensor.Name].Bytes));
        }, iter: 200);

    [Fact]
    public void The_same_content_gives_the_same_file_whatever_the_order_of_its_metadata()
    {
        NamedTensor[] tensors = [TestTensors.Floats("w", 1, 2)];
        Assert.Equal(Write(3, tensors, [new("a", "1"), new("b", "2")]), Write(3, tensors, [new("b", "2"), new("a", "1")]));
    }

    [Fact]
    public void A_flip_of_any_bit_is_noticed()
    {
        byte[] whole = Small();
        for (int at = 0; at < whole.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                whole[at] ^= (byte)(1 << bit);
                Assert.Throws<InvalidInputException>(() => Read(whole));
                whole[at] ^= (byte)(1 << bit);
            }
        }

        Read(whole);
    }

    [Fact]
    public void A_file_cut_short_anywhere_is_noticed()
    {
        byte[] whole = Small();
        for (int length = 0; length < whole.Length; length++) Assert.Throws<InvalidInputException>(() => Read(whole[..length]));
    }

    [Fact]
    public void Bytes_that_follow_are_noticed() => Assert.Throws<InvalidInputException>(() => Read([.. Small(), 0]));

    [Fact]
    public void A_safetensors_file_of_something_else_is_called_so()
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, [TestTensors.Floats("w", 1)], []);
        Assert.Contains("not a checkpoint", Assert.Throws<InvalidInputException>(() => Read(stream.ToArray())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("header_xxh128")]
    [InlineData("payload_xxh128")]
    [InlineData("format_version")]
    [InlineData("step")]
    public void The_keys_of_the_format_are_not_for_the_caller(string key) => Assert.Throws<ArgumentException>(() => Write(1, [], [new(key, "1")]));

    private static byte[] Small() =>
        Write(7, [TestTensors.Floats("w", 1.5f, -2, 0), NamedTensor.Of<byte>("état", new byte[] { 1, 2, 3 }, 3)], [new("spec", """{"é": 1}""")]);

    private static byte[] Write(long step, IEnumerable<NamedTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        using MemoryStream stream = new();
        CheckpointFile.Write(stream, step, tensors, metadata);
        return stream.ToArray();
    }

    private static Checkpoint Read(byte[] bytes) => CheckpointFile.Read(new MemoryStream(bytes), "step-00000007.safetensors");
}
