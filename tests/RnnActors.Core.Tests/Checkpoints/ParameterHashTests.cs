using System.IO.Hashing;
using System.Text;
using CsCheck;
using RnnActors.Core.Checkpoints;
using Xunit;

namespace RnnActors.Core.Tests.Checkpoints;

public class ParameterHashTests
{
    [Fact]
    public void No_parameters_have_the_published_hash_of_nothing() => Assert.Equal("99aa06d3014798d86001c324468d497f", ParameterHash.Compute([]));

    [Fact]
    public void It_is_the_hash_of_the_documented_bytes()
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes, Encoding.UTF8);
        writer.Write((long)7);
        writer.Write("größe"u8);
        writer.Write((long)2);
        writer.Write(1.5f);
        writer.Write(-0f);
        writer.Write((long)1);
        writer.Write("b"u8);
        writer.Write((long)0);
        string expected = Convert.ToHexStringLower(XxHash128.Hash(bytes.ToArray()));
        Assert.Equal(expected, ParameterHash.Compute([("größe", new[] { 1.5f, -0f }), ("b", ReadOnlyMemory<float>.Empty)]));
    }

    [Fact]
    public void Any_other_bit_name_or_cut_gives_another_hash() => Gen.Select(Gen.Single.Array[2, 9], Gen.Int[0, 31], Gen.Int[0, 8]).Sample((values, bit, at) =>
    {
        at %= values.Length;
        float[] other = [.. values];
        other[at] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(other[at]) ^ (1 << bit));
        string hash = ParameterHash.Compute([("a", values)]);
        Assert.Equal(hash, ParameterHash.Compute([("a", (float[])[.. values])]));
        Assert.NotEqual(hash, ParameterHash.Compute([("a", other)]));
        Assert.NotEqual(hash, ParameterHash.Compute([("b", values)]));
        Assert.NotEqual(hash, ParameterHash.Compute([("a", values.AsMemory(0, at)), ("a", values.AsMemory(at))]));
    }, iter: 200);
}
