using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace RnnActors.Core.Checkpoints;

/// <summary>
/// The hash of the trained parameters: equal hashes mean equal bits. It is XXH3-128 (seed 0) over, for each parameter in the model's order,
/// <list type="number">
/// <item>the number of bytes of its name in UTF-8, as a little-endian 64-bit integer,</item>
/// <item>these bytes,</item>
/// <item>its number of values, as a little-endian 64-bit integer,</item>
/// <item>its values, row-major, as little-endian float32,</item>
/// </list>
/// printed as 32 lower-case hexadecimal digits, the most significant first, as <c>xxhsum -H2</c> and Python's <c>xxhash.xxh128(…).hexdigest()</c> do.
/// </summary>
public static class ParameterHash
{
    public static string Compute(IEnumerable<(string Name, ReadOnlyMemory<float> Values)> parameters)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("Parameters are hashed as they lie in memory, which must be little-endian.");
        XxHash128 hash = new();
        foreach ((string name, ReadOnlyMemory<float> values) in parameters)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(name);
            Append(hash, utf8.Length);
            hash.Append(utf8);
            Append(hash, values.Length);
            hash.Append(MemoryMarshal.AsBytes(values.Span));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    private static void Append(XxHash128 hash, long count)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, count);
        hash.Append(bytes);
    }
}
