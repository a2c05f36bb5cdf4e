using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Sums;

[Collection(VectorWidthTests.Name)]
public sealed class GradientBufferTests
{
    /// <summary>Two buffers through steps of clearing, writing and adding, beside plain arrays of which every value is cleared, written and added.</summary>
    [Fact]
    public void What_is_left_out_changes_no_bit_at_any_width() =>
        (from length in Gen.Int[1, (3 * SquaredNorm.BlockLength) + 100]
         from seed in Gen.Int[0, 1 << 30]
         select (length, seed)).Sample(
            sample => Assert.All(VectorWidthTests.AtEveryWidth(() => Play(sample.length, sample.seed)), problem => Assert.Null(problem)), iter: 60, threads: 1);

    [Fact]
    public void A_new_buffer_claims_nothing()
    {
        var buffer = new GradientBuffer(5000);
        Assert.All(Enumerable.Range(0, (5000 + 15) / 16), block => Assert.True(IsMarked(buffer, block)));
    }

    [Fact]
    public void Only_the_blocks_that_a_row_lies_in_are_marked()
    {
        var buffer = new GradientBuffer(4096);
        buffer.Clear(0, 4096);
        buffer.Mark(200, 200);
        Assert.Equal([.. Enumerable.Range(12, 13)], Enumerable.Range(0, 256).Where(block => IsMarked(buffer, block)));
    }

    private static string? Play(int length, int seed)
    {
        var random = new Random(seed);
        GradientBuffer[] buffers = [new(length), new(length)];
        float[][] plain = [new float[length], new float[length]];
        double[] norms = new double[SquaredNorm.Blocks(length)], expected = new double[norms.Length];
        for (int step = 0; step < 20; step++)
        {
            int which = random.Next(2), first = random.Next(length), count = random.Next(length - first + 1);
            switch (random.Next(4))
            {
                case 0:
                    first = first / BlockMarks.BlockLength * BlockMarks.BlockLength;
                    count = random.Next(2) == 0 ? length - first : count / BlockMarks.BlockLength * BlockMarks.BlockLength;
                    buffers[which].Clear(first, count);
                    plain[which].AsSpan(first, count).Clear();
                    break;
                case 1:
                    buffers[which].Add(buffers[1 - which], first, count);
                    for (int i = first; i < first + count; i++) plain[which][i] += plain[1 - which][i];
                    break;
                default:
                    count = Math.Min(count, random.Next(1, 300));
                    buffers[which].Mark(first, count);
                    for (int i = first; i < first + count; i++)
                        buffers[which].Span[i] = plain[which][i] = random.Next(5) == 0 ? 0 : (random.NextSingle() * 2) - 1.1f;
                    break;
            }

            for (int i = 0; i < 2; i++)
            {
                SameBits.Assert(plain[i], buffers[i].Span);
                buffers[i].SquareInto(norms, 0, length);
                SquaredNorm.Compute(plain[i], expected);
                if (!norms.SequenceEqual(expected)) return $"The norms of step {step} differ.";
            }
        }

        return null;
    }

    private static bool IsMarked(GradientBuffer buffer, int block) => BlockMarks.IsSet(buffer.Marks.Span, block);
}
