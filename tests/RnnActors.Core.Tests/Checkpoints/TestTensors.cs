using System.Text;
using CsCheck;
using RnnActors.Core.Checkpoints;

namespace RnnActors.Core.Tests.Checkpoints;

/// <summary>Tensors of random types, shapes and bits, and files of chosen bytes.</summary>
internal static class TestTensors
{
    private static readonly Gen<long[]> Shapes = Gen.Long[0, 5].Array[0, 4];

    private static readonly Gen<string> Names = Gen.String[Gen.Char["abz.0_\"\\/é漢\u0001\n "], 1, 12];

    /// <summary>Bits of all kinds: not-a-number with payloads, infinities, denormals.</summary>
    private static readonly Gen<NamedTensor> Tensor = Gen.Select(Names, Shapes, Gen.Int[0, 4], Gen.ULong).Select((name, shape, type, seed) => type switch
    {
        0 => Of(name, shape, seed, bits => BitConverter.UInt32BitsToSingle((uint)(bits >> 32))),
        1 => Of(name, shape, seed, bits => (long)bits),
        2 => Of(name, shape, seed, bits => bits),
        3 => Of(name, shape, seed, BitConverter.UInt64BitsToDouble),
        _ => Of(name, shape, seed, bits => (byte)(bits >> 56)),
    });

    public static readonly Gen<NamedTensor[]> Tensors = Tensor.Array[0, 6].Select(tensors => tensors.DistinctBy(t => t.Name).ToArray());

    public static readonly Gen<KeyValuePair<string, string>[]> Metadata =
        Gen.Select(Names, Gen.String[Gen.Char["{}:\"\\é漢 x"], 0, 40]).Select((key, value) => KeyValuePair.Create(key, value)).Array[0, 5]
            .Select(pairs => pairs.DistinctBy(pair => pair.Key).ToArray());

    public static NamedTensor Floats(string name, params float[] values) => NamedTensor.Of<float>(name, values, values.Length);

    /// <summary>A file with this header, whatever it says, and so many bytes after it.</summary>
    public static byte[] File(string header, int payload)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((ulong)json.Length), .. json, .. new byte[payload]];
    }

    private static NamedTensor Of<T>(string name, long[] shape, ulong seed, Func<ulong, T> fromBits) where T : unmanaged
    {
        T[] values = new T[shape.Aggregate(1L, (product, extent) => product * extent)];
        for (int i = 0; i < values.Length; i++) values[i] = fromBits(seed = (seed * 6364136223846793005) + 1442695040888963407);
        return NamedTensor.Of<T>(name, values, shape);
    }
}
