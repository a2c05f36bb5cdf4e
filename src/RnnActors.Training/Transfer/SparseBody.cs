using System.Buffers.Binary;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels;

namespace RnnActors.Training.Transfer;

/// <summary>
/// The body of a frame of which only some blocks of sixteen values are sent: how many values the frame covers (4 bytes), a bit for each of their blocks, and the blocks whose bits are
/// set, in order. Of a gradient the others are +0, as its <see cref="GradientBuffer"/> knows of most of an embedding's; of parameters the others are not wanted.
/// </summary>
internal static class SparseBody
{
    private const int BlockLength = BlockMarks.BlockLength;

    private const int BlockBytes = BlockLength * sizeof(float);

    /// <summary>Writes the blocks whose bits are set.</summary>
    /// <param name="marks">Of the blocks of the whole transfer.</param>
    /// <param name="firstBlock">The number of the first value's block in the transfer.</param>
    /// <param name="body">At least as long as the values.</param>
    /// <returns>Bytes written; 0 where it is not worth while.</returns>
    public static int WriteMarked(ReadOnlySpan<float> values, ReadOnlySpan<ulong> marks, int firstBlock, Span<byte> body)
    {
        if (!IsWorthWhile(values.Length, BlockMarks.Count(marks, firstBlock, BlockMarks.Blocks(values.Length)))) return 0;
        Span<byte> written = Begin(values.Length, body);
        int length = written.Length + sizeof(uint);
        for (int block = 0; block < BlockMarks.Blocks(values.Length); block++)
            if (BlockMarks.IsSet(marks, firstBlock + block)) Append(Block(values, block), block, written, body, ref length);
        return length;
    }

    /// <summary>How many values a frame covers.</summary>
    /// <exception cref="ChannelException">This is no such body.</exception>
    public static int LengthOf(ReadOnlySpan<byte> body)
    {
        uint values = body.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(body);
        if (values is 0 or > FrameHeader.MaxBody / sizeof(float) || body.Length < sizeof(uint) + MarkBytes((int)values)) throw new ChannelException("a sparse frame does not say what it covers");
        int blocks = BlockMarks.Blocks((int)values), expected = sizeof(uint) + MarkBytes((int)values);
        ReadOnlySpan<byte> marks = body.Slice(sizeof(uint), MarkBytes((int)values));
        for (int block = 0; block < 8 * marks.Length; block++)
        {
            if (!IsMarked(marks, block)) continue;
            if (block >= blocks) throw new ChannelException("a sparse frame has blocks behind its end");
            expected += sizeof(float) * Math.Min(BlockLength, (int)values - (block * BlockLength));
        }

        return expected == body.Length ? (int)values : throw new ChannelException("a sparse frame does not hold the blocks that it announces");
    }

    /// <summary>Puts the blocks of a body that <see cref="LengthOf"/> has checked into a gradient, of which the others are +0 then.</summary>
    public static void Read(ReadOnlySpan<byte> body, GradientBuffer gradient, int first, int length)
    {
        ReadOnlySpan<byte> marks = body.Slice(sizeof(uint), MarkBytes(length));
        gradient.Clear(first, length);
        for (int block = 0; block < BlockMarks.Blocks(length); block++)
            if (IsMarked(marks, block)) gradient.Mark(first + (block * BlockLength), BlockLength);
        Read(body, gradient.Span.Slice(first, length));
    }

    /// <summary>Puts the blocks of a body that <see cref="LengthOf"/> has checked into their places; the others stay as they are.</summary>
    public static void Read(ReadOnlySpan<byte> body, Span<float> values)
    {
        ReadOnlySpan<byte> marks = body.Slice(sizeof(uint), MarkBytes(values.Length));
        int at = sizeof(uint) + marks.Length;
        for (int block = 0; block < BlockMarks.Blocks(values.Length); block++)
        {
            if (!IsMarked(marks, block)) continue;
            Span<byte> bytes = MemoryMarshal.AsBytes(values.Slice(block * BlockLength, Math.Min(BlockLength, values.Length - (block * BlockLength))));
            body.Slice(at, bytes.Length).CopyTo(bytes);
            at += bytes.Length;
        }
    }

    private static int MarkBytes(int values) => (BlockMarks.Blocks(values) + 7) / 8;

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

    private static void Append(ReadOnlySpan<float> block, int number, Span<byte> marks, Span<byte> body, ref int length)
    {
        marks[number / 8] |= (byte)(1 << (number % 8));
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(block);
        bytes.CopyTo(body[length..]);
        length += bytes.Length;
    }
}
