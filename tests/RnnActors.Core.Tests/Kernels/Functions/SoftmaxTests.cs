using CsCheck;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Tests.Kernels.Simd;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.Functions;

[Collection(VectorWidthTests.Name)]
public sealed class SoftmaxTests
{
    private static readonly Gen<float[]> Rows = Gen.Float[-30, 30].Array[1, 70];

    private static float[] Probabilities(float[] row)
    {
        var probabilities = new float[row.Length];
        Softmax.Apply(row, probabilities);
        return probabilities;
    }

    [Fact]
    public void It_agrees_with_double() => Rows.Sample(row =>
    {
        double max = row.Max();
        double sum = row.Sum(x => Math.Exp(x - max));
        float[] actual = Probabilities(row);
        for (int i = 0; i < row.Length; i++) Assert.Equal(Math.Exp(row[i] - max) / sum, actual[i], 1e-6);
        Assert.Equal(max + Math.Log(sum), Softmax.LogSumExp(row), 1e-6);
    });

    [Fact]
    public void Every_width_gives_the_same_bits() => Rows.Sample(
        row =>
        {
            VectorWidthTests.AssertSameBitsAtEveryWidth(() => Probabilities(row));
            Assert.Single(VectorWidthTests.AtEveryWidth(() => Softmax.LogSumExp(row)).Distinct());
        },
        threads: 1);

    [Fact]
    public void It_may_work_in_place() => Rows.Sample(row =>
    {
        float[] apart = Probabilities(row);
        Softmax.Apply(row, row);
        SameBits.Assert(apart, row);
    });

    [Fact]
    public void The_logarithm_of_the_sum_is_that_of_the_same_sum() =>
        Assert.Equal(Math.Log(10_000), Softmax.LogSumExp(new float[10_000]), 1e-12);

    [Fact]
    public void Large_values_do_not_overflow()
    {
        Assert.Equal([0, 1], Probabilities([-3e38f, 3e38f]));
        Assert.Equal([0.5f, 0.5f], Probabilities([1e30f, 1e30f]));
        Assert.Equal([1, 0], Probabilities([5, float.NegativeInfinity]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_without_a_softmax_show(float bad)
    {
        float[] row = Pseudorandom.Floats(37, 1);
        row[35] = bad;
        Assert.Contains(Probabilities(row), float.IsNaN);
        Assert.True(double.IsNaN(Softmax.LogSumExp(row)));
    }

    [Fact]
    public void An_empty_row_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => Softmax.Apply([], []));
}
