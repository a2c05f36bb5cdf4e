using System.Numerics;

namespace RnnActors.Core.Kernels.Sums;

/// <summary>
/// A bitmap with one bit for each block of sixteen values, 64 to a word, the lowest first. A step touches few rows of an embedding; unmarked blocks are not
/// cleared, added or sent.
/// </summary>
public static class BlockMarks
{
    /// <summary>Values per bit: a cache line.</summary>
    public const int BlockLength = 16;

    /// <summary>Values per word.</summary>
    public const int WordLength = 64 * BlockLength;

    /// <summary>Number of blocks for so many values.</summary>
    public static int Blocks(int values) => (values + BlockLength - 1) / BlockLength;

    /// <summary>Number of words for so many values.</summary>
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

    /// <summary>Unmarks the blocks that some values lie in.</summary>
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

    /// <summary>The number of marked blocks in a range.</summary>
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

    /// <summary>Finds the next run of marked blocks.</summary>
    /// <param name="block">Where to begin; set to the first block of the run.</param>
    /// <param name="end">The end of the range, exclusive.</param>
    /// <param name="count">The length of the run.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryNextRun(ReadOnlySpan<ulong> marks, ref int block, int end, out int count)
    {
        block = Next(marks, block, end, flip: 0);
        count = Next(marks, block, end, flip: ulong.MaxValue) - block;
        return block < end;
    }

    /// <summary>The bits of the blocks from one up to the end of its word or of the range.</summary>
    private static ulong MaskOf(int block, int end, out int count)
    {
        count = Math.Min(64 - (block % 64), end - block);
        return ulong.MaxValue >> (64 - count) << (block % 64);
    }

    /// <summary>The next block that is marked; with all bits flipped, the next that is not.</summary>
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
