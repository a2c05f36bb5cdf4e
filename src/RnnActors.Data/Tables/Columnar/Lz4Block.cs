namespace RnnActors.Data.Tables;

/// <summary>
/// A block compressed by LZ4 (<see href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md"/>). The Parquet library does not check whether
/// decompression succeeded, and would return whatever was in memory before.
/// </summary>
internal static class Lz4Block
{
    private const int MinMatch = 4, More = 15;

    /// <summary>The decompressed length of a block in bytes; null if it is invalid.</summary>
    public static long? LengthOf(ReadOnlySpan<byte> block)
    {
        long length = 0;
        for (int at = 0; at < block.Length;)
        {
            int token = block[at++];
            if (!TryRead(block, ref at, token >> 4, out long literals) || literals > block.Length - at) return null;
            at += (int)literals;
            length += literals;
            if (at == block.Length) return length; // the last sequence has only literals
            if (at > block.Length - sizeof(ushort)) return null;
            int offset = block[at] | (block[at + 1] << 8);
            at += sizeof(ushort);
            if (offset == 0 || offset > length || !TryRead(block, ref at, token & More, out long match)) return null;
            length += MinMatch + match;
        }

        return null;
    }

    /// <summary>Reads a length: the token's part of it, plus further bytes, up to and including the first that is not 255.</summary>
    private static bool TryRead(ReadOnlySpan<byte> block, ref int at, int first, out long length)
    {
        length = first;
        if (first < More) return true;
        while (at < block.Length)
        {
            byte more = block[at++];
            length += more;
            if (more < byte.MaxValue) return true;
        }

        return false;
    }
}
