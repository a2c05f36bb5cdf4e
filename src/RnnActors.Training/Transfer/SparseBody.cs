using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The body of a frame of which only some blocks of sixteen values are sent: how many values the frame covers (4 bytes), a bit for each of their blocks, and the blocks whose bits are
/// set, in order. Of a gradient the others are +0 to the bit, as most of an embedding's are; of parameters the others are not wanted.
/// </summary>
internal static class SparseBody
{
    public const int BlockLength = 16;

    private const int BlockBytes = BlockLength * sizeof(float);

    /// <summary>Writes the blocks that are not +0 throughout.</summary>
    /// <param name="body">At least as long as the values.</param>
    /// <returns>Bytes written; 0 where it is not worth while.</returns>
    public static int WriteNonZero(ReadOnlySpan<float> values, Span<byte> body)
    {
        int zeros = 0;
        ReadOnlySpan<ulong> pairs = MemoryMarshal.Cast<float, ulong>(values);
        for (int at = 0; at + (BlockLength / 2) <= pairs.Length; at += BlockLength / 2)
            if (pairs[at] == 0 && IsZero(pairs.Slice(at, BlockLength / 2))) zeros++;
        if (!IsWorthWhile(values.Length, Blocks(values.Length) - zeros)) return 0;
        Span<byte> marks = Begin(values.Length, body);
        int length = marks.Length + sizeof(uint);
        for (int block = 0; block < Blocks(values.Length); block++)
        {
            ReadOnlySpan<float> part = Block(values, block);
            if (!IsZero(part)) Append(part, block, marks, body, ref length);
        }

        return length;
    }

    /// <summary>Writes the blocks whose bits are set.</summary>
    /// <param name="marks">A bit for each block of the whole transfer, 64 to an element.</param>
    /// <param name="firstBlock">The number of the first value's block in the transfer.</param>
    /// <param name="body">At least as long as the values.</param>
    /// <returns>Bytes written; 0 where it is not worth while.</returns>
    public static int WriteMarked(ReadOnlySpan<float> values, ReadOnlySpan<ulong> marks, int firstBlock, Span<byte> body)
    {
        int count = 0;
        for (int block = 0; block < Blocks(values.Length); block++)
            if (IsMarked(marks, firstBlock + block)) count++;
        if (!IsWorthWhile(values.Length, count)) return 0;
        Span<byte> written = Begin(values.Length, body);
        int length = written.Length + sizeof(uint);
        for (int block = 0; block < Blocks(values.Length); block++)
            if (IsMarked(marks, firstBlock + block)) Append(Block(values, block), block, written, body, ref length);
        return length;
    }

    /// <summary>How many values a frame covers.</summary>
    /// <exception cref="ChannelException">This is no such body.</exception>
    public static int LengthOf(ReadOnlySpan<byte> body)
    {
        uint values = body.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(body);
        if (values is 0 or > FrameHeader.MaxBody / sizeof(float) || body.Length < sizeof(uint) + MarkBytes((int)values)) throw new ChannelException("a sparse frame does not say what it covers");
        int blocks = Blocks((int)values), expected = sizeof(uint) + MarkBytes((int)values);
        ReadOnlySpan<byte> marks = body.Slice(sizeof(uint), MarkBytes((int)values));
        for (int block = 0; block < 8 * marks.Length; block++)
        {
            if (!IsMarked(marks, block)) continue;
            if (block >= blocks) throw new ChannelException("a sparse frame has blocks behind its end");
            expected += sizeof(float) * Math.Min(BlockLength, (int)values - (block * BlockLength));
        }

        return expected == body.Length ? (int)values : throw new ChannelException("a sparse frame does not hold the blocks that it announces");
    }

    /// <summary>Puts the blocks of a body that <see cref="LengthOf"/> has checked into their places.</summary>
    /// <param name="clearsOthers">Whether the others become +0; else they stay as they are.</param>
    public static void Read(ReadOnlySpan<byte> body, Span<float> values, bool clearsOthers)
    {
        ReadOnlySpan<byte> marks = body.Slice(sizeof(uint), MarkBytes(values.Length));
        int at = sizeof(uint) + marks.Length;
        for (int block = 0; block < Blocks(values.Length); block++)
        {
            Span<float> part = values.Slice(block * BlockLength, Math.Min(BlockLength, values.Length - (block * BlockLength)));
            if (IsMarked(marks, block))
            {
                Span<byte> bytes = MemoryMarshal.AsBytes(part);
                body.Slice(at, bytes.Length).CopyTo(bytes);
                at += bytes.Length;
            }
            else if (clearsOthers)
            {
                part.Clear();
            }
        }
    }

    /// <summary>Marks the blocks that some values of a transfer lie in.</summary>
    /// <param name="marks">A bit for each block of the transfer, 64 to an element.</param>
    public static void Mark(Span<ulong> marks, int first, int length)
    {
        for (int block = first / BlockLength; block * BlockLength < first + length; block++) marks[block / 64] |= 1UL << (block % 64);
    }

    /// <summary>Elements of the marks for so many values.</summary>
    public static int MarksOf(int values) => (Blocks(values) + 63) / 64;

    private static int Blocks(int values) => (values + BlockLength - 1) / BlockLength;

    private static int MarkBytes(int values) => (Blocks(values) + 7) / 8;

    private static bool IsMarked(ReadOnlySpan<ulong> marks, int block) => (marks[block / 64] >> (block % 64) & 1) != 0;

    private static bool IsMarked(ReadOnlySpan<byte> marks, int block) => (marks[block / 8] >> (block % 8) & 1) != 0;

    /// <summary>What is saved must pay for taking it apart.</summary>
    private static bool IsWorthWhile(int values, int blocks) => sizeof(uint) + MarkBytes(values) + (blocks * BlockBytes) < values * sizeof(float) * 3 / 4;

    private static Span<byte> Begin(int values, Span<byte> body)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(body, (uint)values);
        Span<byte> marks = body.Slice(sizeof(uint), MarkBytes(values));
        marks.Clear();
        return marks;
    }

    private static ReadOnlySpan<float> Block(ReadOnlySpan<float> values, int block) => values.Slice(block * BlockLength, Math.Min(BlockLength, values.Length - (block * BlockLength)));

    private static bool IsZero(ReadOnlySpan<float> block) => !MemoryMarshal.Cast<float, uint>(block).ContainsAnyExcept(0u);

    private static bool IsZero(ReadOnlySpan<ulong> block) => !block.ContainsAnyExcept(0ul);

    private static void Append(ReadOnlySpan<float> block, int number, Span<byte> marks, Span<byte> body, ref int length)
    {
        marks[number / 8] |= (byte)(1 << (number % 8));
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(block);
        bytes.CopyTo(body[length..]);
        length += bytes.Length;
    }
}
