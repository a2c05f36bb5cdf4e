using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>XxHash128 of all data that a network is given: texts in UTF-8, numbers in little-endian order, each list preceded by its length.</summary>
public sealed class DataHash
{
    private readonly XxHash128 _hash = new();

    public DataHash Add(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        _hash.Append(BitConverter.GetBytes(bytes.Length));
        _hash.Append(bytes);
        return this;
    }

    public DataHash Add(ReadOnlySpan<int> values)
    {
        _hash.Append(BitConverter.GetBytes(values.Length));
        _hash.Append(MemoryMarshal.AsBytes(values));
        return this;
    }

    public DataHash Add(ReadOnlySpan<float> values)
    {
        _hash.Append(BitConverter.GetBytes(values.Length));
        _hash.Append(MemoryMarshal.AsBytes(values));
        return this;
    }

    /// <summary>In lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash());
}
