using System.Buffers.Binary;
using System.Text;
using CsCheck;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using Xunit;

namespace RnnActors.Core.Tests.Checkpoints;

public class SafetensorsFileTests
{
    [Fact]
    public void What_is_written_is_read_again_to_the_bit() => Gen.Select(TestTensors.Tensors, TestTensors.Metadata).Sample((tensors, metadata) =>
    {
        SafetensorsFile file = Read(Write(tensors, metadata));
        Assert.Equal(metadata.ToDictionary(), file.Metadata);
        Assert.Equal(tensors.Length, file.Tensors.Count);
        foreach (NamedTensor tensor in tensors)
        {
            Assert.Equal(tensor.Type, file[tensor.Name].Type);
            Assert.Equal(tensor.Shape, file[tensor.Name].Shape);
            Assert.True(tensor.Bytes.SequenceEqual(file[tensor.Name].Bytes));
        }
    }, iter: 300);

    [Fact]
    public void Tensors_start_at_64_bytes_and_each_is_aligned_to_its_elements() => TestTensors.Tensors.Sample(tensors =>
    {
        byte[] bytes = Write(tensors, []);
        long at = sizeof(long) + BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, at % 64);
        foreach (NamedTensor tensor in Read(bytes).Tensors)
        {
            Assert.Equal(0, at % tensor.Type.ElementSize());
            at += tensor.Bytes.Length;
        }

        Assert.Equal(bytes.Length, at);
    }, iter: 100);

    [Fact]
    public void A_file_of_another_writer_is_read()
    {
        byte[] bytes = TestTensors.File("""
            {"b":{"data_offsets":[4,12],"shape":[],"dtype":"I64"}, "a":{"dtype":"BF16","shape":[2,1],"data_offsets":[0,4]},"empty":{"dtype":"F32","shape":[3,0],"data_offsets":[4,4]}}
            """, 12);
        bytes[^8] = 7;
        SafetensorsFile file = Read(bytes);
        Assert.Equal(["a", "empty", "b"], file.Tensors.Select(t => t.Name));
        Assert.Equal(7, file["b"].Values<long>()[0]);
        Assert.Empty(file.Metadata);
    }

    [Theory]
    [InlineData("", 0, "not a JSON object")]
    [InlineData("[]", 0, "not a JSON object")]
    [InlineData(" {}", 0, "not a JSON object")]
    [InlineData("{", 0, "not valid JSON")]
    [InlineData("{} {}", 0, "not valid JSON")]
    [InlineData("{,}", 0, "not valid JSON")]
    [InlineData("""{"a":1}""", 0, "StartObject is expected")]
    [InlineData("""{"a":{}}""", 0, "lacks its dtype")]
    [InlineData("""{"\ud800":{}}""", 0, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""", 4, "unknown element type 'F33'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "integers of at least 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}""", 4, "integers of at least 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 4, "integers of at least 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "two data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "asks for 4 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "asks for 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}""", 4, "the key 'x'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}""", 4, "the key 'shape'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4],"data_offsets":[0,0]}}""", 0, "larger than memory")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1000000000],"data_offsets":[0,1000000000]}}""", 4, "the file has 4 bytes of tensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "the file has 3 bytes of tensors")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "1 bytes follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gap or overlaps")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "gap or overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", 0, "'a' stands twice")]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", 0, "metadata stands twice")]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", 0, "'k' stands twice")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "String is expected")]
    public void Whatever_the_format_does_not_allow_is_refused_by_name(string header, int payload, string reason)
    {
        InvalidInputException refused = Assert.Throws<InvalidInputException>(() => Read(TestTensors.File(header, payload)));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("at byte ", refused.Message, StringComparison.Ordinal);
        Assert.Equal("weights.safetensors", refused.Where?.Path);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(long.MaxValue)]
    [InlineData(100_000_001)]
    [InlineData(90_000_000)]
    [InlineData(3)]
    public void A_header_that_the_file_cannot_hold_is_refused_before_memory_is_taken(ulong announced)
    {
        byte[] bytes = [.. BitConverter.GetBytes(announced), (byte)'{', (byte)'}'];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidInputException>(() => Read(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Random_bytes_are_refused_or_read_but_never_break_the_reader() =>
        Gen.Select(Gen.Byte.Array[0, 40], Gen.String[Gen.Char["{}[]:,\"adtypeshF32_0 "], 0, 60]).Sample((noise, text) =>
        {
            foreach (byte[] bytes in (byte[][])[noise, TestTensors.File("{" + text, noise.Length)])
            {
                try
                {
                    Read(bytes);
                }
                catch (InvalidInputException)
                {
                }
            }
        }, iter: 2000);

    [Fact]
    public void Invalid_UTF8_in_a_name_is_refused()
    {
        byte[] bytes = TestTensors.File("""{"__metadata__":{"k":"?"}}""", 0);
        bytes[Array.IndexOf(bytes, (byte)'?')] = 0xFF;
        Assert.Contains("UTF-8", Assert.Throws<InvalidInputException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused_by_name()
    {
        foreach (string path in (string[])[Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")), Path.GetTempPath()])
            Assert.Equal(path, Assert.Throws<InvalidInputException>(() => SafetensorsFile.Read(path)).Where?.Path);
    }

    [Fact]
    public void A_missing_tensor_names_the_nearest()
    {
        SafetensorsFile file = Read(Write([TestTensors.Floats("head.weight", 1), TestTensors.Floats("head.bias", 1)], []));
        Assert.Contains("'head.weight'", Assert.Throws<InvalidInputException>(() => file["head.wieght"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_writer_refuses_what_no_reader_would_take()
    {
        NamedTensor a = TestTensors.Floats("a", 1);
        Assert.Throws<ArgumentException>(() => Write([a, a], []));
        Assert.Throws<ArgumentException>(() => Write([a], [new("k", ""), new("k", "")]));
        Assert.Throws<ArgumentException>(() => Write([TestTensors.Floats("__metadata__", 1)], []));
        Assert.ThrowsAny<ArgumentException>(() => Write([], [new("k", "\ud800")]));
        Assert.ThrowsAny<ArgumentException>(() => Write([TestTensors.Floats("\ud800", 1)], []));
        Assert.Throws<ArgumentException>(() => NamedTensor.Of<float>("a", new float[4], 2, 3));
        Assert.Throws<ArgumentException>(() => NamedTensor.Of<float>("a", new float[4], -2, -2));
    }

    [Fact]
    public void Values_of_another_type_are_not_given_out() =>
        Assert.Throws<InvalidOperationException>(() => TestTensors.Floats("a", 1).Values<int>().Length);

    [Fact]
    public void Metadata_stays_readable_in_the_file() =>
        Assert.Contains("""{"spec":"{\"größe\": 3}"}""", Encoding.UTF8.GetString(Write([], [new("spec", """{"größe": 3}""")])), StringComparison.Ordinal);

    private static byte[] Write(IEnumerable<NamedTensor> tensors, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        using MemoryStream stream = new();
        SafetensorsFile.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static SafetensorsFile Read(byte[] bytes) => SafetensorsFile.Read(new MemoryStream(bytes), "weights.safetensors");
}
