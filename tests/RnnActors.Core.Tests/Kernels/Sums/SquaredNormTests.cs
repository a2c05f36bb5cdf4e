using CsCheck;
using RnnActors.Core.Kernels.Sums;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Sums;

public sealed class SquaredNormTests
{
    private static double[] BlockSums(ReadOnlySpan<float> x)
    {
        var sums = new double[SquaredNorm.Blocks(x.Length)];
        SquaredNorm.Compute(x, sums);
        return sums;
    }

    [Fact]
    public void It_is_the_sum_of_squares() =>
        Gen.Int[0, 3 * SquaredNorm.BlockLength].Sample(
            length =>
            {
                float[] x = Pseudorandom.Floats(length, 5);
                double exact = x.Sum(value => (double)value * value);
                Assert.Equal(exact, SquaredNorm.Total(BlockSums(x)), 1e-12 * length);
            },
            iter: 100);

    [Fact]
    public void Cutting_at_blocks_changes_no_bit()
    {
        float[] x = Pseudorandom.Floats((5 * SquaredNorm.BlockLength) + 37, 6);
        int cut = 2 * SquaredNorm.BlockLength;
        double[] cutSums = [.. BlockSums(x.AsSpan(0, cut)), .. BlockSums(x.AsSpan(cut))];
        Assert.Equal(BlockSums(x), cutSums);
    }

    [Fact]
    public void Sixteen_lanes_are_summed_in_their_tree()
    {
        float[] x = Pseudorandom.Floats(1001, 7);
        var lanes = new double[16];
        for (int i = 0; i < x.Length; i++) lanes[i % 16] += (double)x[i] * x[i];
        for (int half = 8; half > 0; half /= 2)
            for (int lane = 0; lane < half; lane++)
                lanes[lane] += lanes[lane + half];
        Assert.Equal(lanes[0], BlockSums(x)[0]);
    }

    [Theory]
    [InlineData(float.NaN, double.NaN)]
    [InlineData(float.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, double.PositiveInfinity)]
    public void One_bad_number_anywhere_shows(float bad, double total)
    {
        foreach (int at in new[] { 0, 4095, 4096, 5000 })
        {
            float[] x = Pseudorandom.Floats(5001, 8);
            x[at] = bad;
            Assert.Equal(total, SquaredNorm.Total(BlockSums(x)));
        }
    }

    [Fact]
    public void The_largest_floats_do_not_overflow() =>
        Assert.Equal(2.0 * float.MaxValue * float.MaxValue, SquaredNorm.Total(BlockSums([float.MaxValue, -float.MaxValue])));
}
