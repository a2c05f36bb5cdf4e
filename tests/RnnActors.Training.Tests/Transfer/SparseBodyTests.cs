using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public class SparseBodyTests
{
    /// <summary>Values of a frame, the frames before it, how many of eight blocks are marked.</summary>
    private static readonly Gen<(int Length, int Before, int Marked, int Seed)> Frames = Gen.Select(Gen.Int[1, 9000], Gen.Int[0, 3], Gen.Int[0, 8], Gen.Int);

    [Fact]
    public void A_body_is_what_looking_at_each_block_makes_of_it() => Frames.Sample((length, before, marked, seed) =>
    {
        var (values, marks) = Make(length, before, marked, seed);
        byte[] body = new byte[(length * sizeof(float)) + 64];
        int written = SparseBody.WriteMarked(values, marks, before * 64, body);
        byte[] expected = Plain(values, marks, before * 64);
        if (written == 0)
        {
            // A last block that is not whole counts as one.
            Assert.True(expected.Length + (BlockMarks.BlockLength * sizeof(float)) > length * sizeof(float) * 3 / 4);
            return;
        }

        Assert.Equal(expected, body[..written]);
        Assert.Equal(length, SparseBody.LengthOf(body.AsSpan(0, written)));
    });

    [Fact]
    public void What_is_marked_is_read_to_the_bit_and_the_rest_stays_or_becomes_zero() => Frames.Sample((length, before, marked, seed) =>
    {
        var (values, marks) = Make(length, before, marked, seed);
        byte[] body = Plain(values, marks, before * 64);
        float[] place = new float[length];
        Array.Fill(place, 7);
        GradientBuffer gradient = new(GradientBuffer.Alignment + length);
        gradient.Span.Fill(7);
        SparseBody.Read(body, place);
        SparseBody.Read(body, gradient, GradientBuffer.Alignment, length);
        for (int i = 0; i < length; i++)
        {
            bool isMarked = BlockMarks.IsSet(marks, (before * 64) + (i / BlockMarks.BlockLength));
            Assert.Equal(BitConverter.SingleToInt32Bits(isMarked ? values[i] : 7), BitConverter.SingleToInt32Bits(place[i]));
            Assert.Equal(BitConverter.SingleToInt32Bits(isMarked ? values[i] : 0), BitConverter.SingleToInt32Bits(gradient.Span[GradientBuffer.Alignment + i]));
            Assert.Equal(isMarked, BlockMarks.IsSet(gradient.Marks.Span, (GradientBuffer.Alignment + i) / BlockMarks.BlockLength));
        }

        Assert.Equal(7, gradient.Span[GradientBuffer.Alignment - 1]);
    });

    /// <summary>Marks go on behind the frame, as those of a longer transfer do.</summary>
    private static (float[] Values, ulong[] Marks) Make(int length, int before, int marked, int seed)
    {
        var random = new Random(seed);
        ulong[] marks = new ulong[before + BlockMarks.Words(length) + 1];
        for (int i = 0; i < marks.Length; i++)
            for (int bit = 0; bit < 64; bit++)
                if (random.Next(8) < marked) marks[i] |= 1ul << bit;
        float[] values = new float[length];
        random.NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        return (values, marks);
    }

    private static byte[] Plain(float[] values, ulong[] marks, int firstBlock)
    {
        int blocks = BlockMarks.Blocks(values.Length);
        byte[] head = new byte[sizeof(uint) + ((blocks + 7) / 8)];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)values.Length);
        List<byte> body = [];
        for (int block = 0; block < blocks; block++)
        {
            if (!BlockMarks.IsSet(marks, firstBlock + block)) continue;
            head[sizeof(uint) + (block / 8)] |= (byte)(1 << (block % 8));
            foreach (float value in values.Skip(block * BlockMarks.BlockLength).Take(BlockMarks.BlockLength)) body.AddRange(BitConverter.GetBytes(value));
        }

        return [.. head, .. body];
    }
}
