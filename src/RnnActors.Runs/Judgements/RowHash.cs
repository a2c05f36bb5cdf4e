using System.IO.Hashing;

namespace RnnActors.Runs.Judgements;

/// <summary>Hashes a sequence of byte strings together with their lengths.</summary>
internal sealed class RowHash
{
    private readonly XxHash128 _hash = new();

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(length, bytes.Length);
        _hash.Append(length);
        _hash.Append(bytes);
    }

    public UInt128 Read() => _hash.GetCurrentHashAsUInt128();
}
