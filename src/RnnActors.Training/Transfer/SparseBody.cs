using System.Buffers.Binary;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Training.Transfer;

/// <summary>
/// A sparse body: only some blocks of sixteen values are sent. It holds the number of values of the frame (4 bytes), a bit for each of their blocks, and the
/// blocks whose bits are set, in order. In a gradient, where most rows of an embedding are untouched, the other blocks are +0; in parameters, the receiver does
/// not need them.
/// </summary>
internal static class SparseBody
{
    private const int BlockLength = BlockMarks.BlockLength;

    private const int BlockBytes = BlockLength * sizeof(float);

    /// <summary>Blocks in each word of marks.</summary>
    private const int WordBlocks = BlockMarks.WordLength / BlockLength;

    /// <summary>Writes the blocks whose bits are set.</summary>
    /// <param name="marks">The marks of the whole transfer's blocks.</param>
    /// <param name="firstBlock">The first block's number in the transfer: a multiple of 64, where frames begin.</param>
    /// <param name="body">At least as long as the values.</param>
    /// <returns>Bytes written; 0 if a sparse body would not pay.</returns>
    public static int WriteMarked(ReadOnlySpan<float> values, ReadOnlySpan<ulong> marks, int firstBlock, Span<byte> body)
    {
        Debug.Assert(firstBlock % WordBlocks == 0, "A frame begins where a word of the marks does.");
        int blocks = BlockMarks.Blocks(values.Length);
        marks = marks[(firstBlock / WordBlocks)..];
        if (!IsWorthWhile(values.Length, BlockMarks.Count(marks, 0, blocks))) return 0;
        BinaryPrimitives.WriteUInt32LittleEndian(body, (uint)values.Length);
        Span<byte> written = body.Slice(sizeof(uint), MarkBytes(values.Length));
        for (int i = 0; i < written.Length; i++) written[i] = (byte)(marks[i / sizeof(ulong)] >> (8 * (i % sizeof(ulong))));
        if (blocks % 8 != 0) written[^1] &= (byte)((1 << (blocks % 8)) - 1);
        int length = sizeof(uint) + written.Length;
        foreach (int block in new MarkedBlocks(written))
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values.Slice(block * BlockLength, LengthOf(block, values.Length)));
            bytes.CopyTo(body[length..]);
            length += bytes.Length;
        }

        return length;
    }

    /// <summary>How many values the body's frame covers.</summary>
    /// <exception cref="ChannelException">The body is not valid.</exception>
    public static int LengthOf(ReadOnlySpan<byte> body)
    {
        uint values = body.Length < sizeof(uint) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(body);
        if (values is 0 or > FrameHeader.MaxBody / sizeof(float) || body.Length < sizeof(uint) + MarkBytes((int)values))
            throw new ChannelException("a sparse frame does not say what it covers");
        int blocks = BlockMarks.Blocks((int)values), expected = sizeof(uint) + MarkBytes((int)values);
        foreach (int block in new MarkedBlocks(body.Slice(sizeof(uint), MarkBytes((int)values))))
        {
            if (block >= blocks) throw new ChannelException("a sparse frame has blocks behind its end");
            expected += sizeof(float) * LengthOf(block, (int)values);
        }

        return expected == body.Length ? (int)values : throw new ChannelException("a sparse frame does not hold the blocks that it announces");
    }

    /// <summary>Copies the blocks of a checked body into a gradient; the others become +0.</summary>
    public static void Read(ReadOnlySpan<byte> body, GradientBuffer gradient, int first, int length)
    {
        gradient.Clear(first, length);
        foreach (int block in new MarkedBlocks(body.Slice(sizeof(uint), MarkBytes(length)))) gradient.Mark(first + (block * BlockLength), BlockLength);
        Read(body, gradient.Span.Slice(first, length));
    }

    /// <summary>Copies the blocks of a checked body into their places; the others stay as they are.</summary>
    public static void Read(ReadOnlySpan<byte> body, Span<float> values)
    {
        ReadOnlySpan<byte> marks = body.Slice(sizeof(uint), MarkBytes(values.Length));
        int at = sizeof(uint) + marks.Length;
        foreach (int block in new MarkedBlocks(marks))
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(values.Slice(block * BlockLength, LengthOf(block, values.Length)));
            body.Slice(at, bytes.Length).CopyTo(bytes);
            at += bytes.Length;
        }
    }

    private static int MarkBytes(int values) => (BlockMarks.Blocks(values) + 7) / 8;

    /// <summary>Values in a block; the last one may have fewer.</summary>
    private static int LengthOf(int block, int values) => Math.Min(BlockLength, values - (block * BlockLength));

    /// <summary>Whether a sparse body saves more than unpacking it costs.</summary>
    private static bool IsWorthWhile(int values, int blocks) => sizeof(uint) + MarkBytes(values) + (blocks * BlockBytes) < values * sizeof(float) * 3 / 4;

    /// <summary>The numbers of the blocks whose bits are set, in order: most words of the marks have none.</summary>
    private ref struct MarkedBlocks(ReadOnlySpan<byte> marks)
    {
        private readonly ReadOnlySpan<byte> _marks = marks;
        private int _at;
        private ulong _rest;

        public int Current { get; private set; }

        public readonly MarkedBlocks GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_rest == 0)
            {
                if (_at >= _marks.Length) return false;
                _rest = Word(_marks[_at..]);
                _at += sizeof(ulong);
            }

            Current = ((_at - sizeof(ulong)) * 8) + BitOperations.TrailingZeroCount(_rest);
            _rest &= _rest - 1;
            return true;
        }

        private static ulong Word(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length >= sizeof(ulong)) return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            ulong word = 0;
            for (int i = 0; i < bytes.Length; i++) word |= (ulong)bytes[i] << (8 * i);
            return word;
        }
    }
}
