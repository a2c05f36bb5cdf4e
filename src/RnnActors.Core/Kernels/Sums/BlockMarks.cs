using System.Numerics;

namespace RnnActors.Core.Kernels.Sums;

/// <summary>
/// A bit for each block of sixteen values, 64 to a word, the lowest first. A step needs few rows of an embedding; the others are not cleared, added or sent.
/// </summary>
public static class BlockMarks
{
    /// <summary>Values that a bit stands for: a cache line of them.</summary>
    public const int BlockLength = 16;

    /// <summary>Values that a word stands for.</summary>
    public const int WordLength = 64 * BlockLength;

    /// <summary>Blocks of so many values.</summary>
    public static int Blocks(int values) => (values + BlockLength - 1) / BlockLength;

    /// <summary>Words for so many values.</summary>
    public static int Words(int values) => (values + WordLength - 1) / WordLength;

    public static bool IsSet(ReadOnlySpan<ulong> marks, int block) => (marks[block / 64] >> (block % 64) & 1) != 0;

    /// <summary>Marks the blocks that some values lie in.</summary>
    public static void Set(Span<ulong> marks, int first, int length)
    {
        int end = Blocks(first + length);
        for (int block = first / BlockLength; block < end;)
        {
            ulong mask = MaskOf(block, end, out int count);
            marks[block / 64] |= mask;
            block += count;
        }
    }

    /// <summary>Takes the marks from the blocks that some values lie in.</summary>
    public static void Clear(Span<ulong> marks, int first, int length)
    {
        int end = Blocks(first + length);
        for (int block = first / BlockLength; block < end;)
        {
            ulong mask = MaskOf(block, end, out int count);
            marks[block / 64] &= ~mask;
            block += count;
        }
    }

    /// <summary>How many of some blocks are marked.</summary>
    public static int Count(ReadOnlySpan<ulong> marks, int firstBlock, int blocks)
    {
        int sum = 0;
        for (int block = firstBlock, end = firstBlock + blocks; block < end;)
        {
            sum += BitOperations.PopCount(marks[block / 64] & MaskOf(block, end, out int count));
            block += count;
        }

        return sum;
    }

    /// <summary>The next marked blocks that lie together.</summary>
    /// <param name="block">Where to begin; becomes the first of them.</param>
    /// <param name="end">The block behind the last.</param>
    /// <param name="count">How many they are.</param>
    /// <returns>Whether there are any.</returns>
    public static bool TryNextRun(ReadOnlySpan<ulong> marks, ref int block, int end, out int count)
    {
        block = Next(marks, block, end, flip: 0);
        count = Next(marks, block, end, flip: ulong.MaxValue) - block;
        return block < end;
    }

    /// <summary>The bits of those blocks from one on that share its word.</summary>
    private static ulong MaskOf(int block, int end, out int count)
    {
        count = Math.Min(64 - (block % 64), end - block);
        return ulong.MaxValue >> (64 - count) << (block % 64);
    }

    /// <summary>The next block that is marked, or, with its bits flipped, that is not.</summary>
    private static int Next(ReadOnlySpan<ulong> marks, int block, int end, ulong flip)
    {
        while (block < end)
        {
            ulong rest = (marks[block / 64] ^ flip) >> (block % 64);
            if (rest != 0) return Math.Min(end, block + BitOperations.TrailingZeroCount(rest));
            block += 64 - (block % 64);
        }

        return end;
    }
}
