using RnnActors.Core.Kernels.RandomNumbers;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.RandomNumbers;

public sealed class RandomSequenceTests
{
    private static RandomSequence Sequence(ulong seed) => new(PhiloxKey.Of(seed, RandomPurpose.InitialWeights));

    [Fact]
    public void Words_are_those_of_consecutive_blocks()
    {
        PhiloxKey key = PhiloxKey.Of(3, RandomPurpose.Sampling);
        var random = new RandomSequence(key);
        for (uint block = 0; block < 5; block++)
        {
            var expected = Philox.Block(key, block, 0, 0, 0);
            Assert.Equal(expected, (random.NextUInt32(), random.NextUInt32(), random.NextUInt32(), random.NextUInt32()));
        }
    }

    [Fact]
    public void What_is_left_out_is_as_if_it_had_been_drawn()
    {
        RandomSequence whole = Sequence(5), part = Sequence(5);
        for (int word = 0; word < 12; word++) whole.NextUInt32();
        part.Skip(8);
        part.Skip(4);
        for (int word = 0; word < 9; word++) Assert.Equal(whole.NextUInt32(), part.NextUInt32());
    }

    [Fact]
    public void Bounded_integers_are_uniform()
    {
        var random = Sequence(4);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[random.NextBelow(7)]++;
        double chiSquared = counts.Sum(count => (count - 10_000.0) * (count - 10_000.0) / 10_000);
        Assert.True(chiSquared < 22.5, $"χ² of 6 degrees of freedom is {chiSquared:F1}; the 0.1 % level is 22.5.");
    }

    [Fact]
    public void A_bound_of_one_gives_zero_and_less_is_refused()
    {
        var random = Sequence(5);
        Assert.Equal(0, random.NextBelow(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sequence(5).NextBelow(0));
    }

    [Fact]
    public void Gaussians_have_the_moments_of_the_normal_distribution()
    {
        var random = Sequence(6);
        double[] x = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian())];
        Assert.Equal(0, x.Average(), 0.015);
        Assert.Equal(1, x.Average(v => v * v), 0.02);
        Assert.Equal(0, x.Average(v => v * v * v), 0.05);
        Assert.Equal(3, x.Average(v => v * v * v * v), 0.15);
    }

    [Fact]
    public void Uniform_doubles_fill_the_unit_interval()
    {
        var random = Sequence(7);
        double[] x = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextDouble())];
        Assert.All(x, v => Assert.InRange(v, 0, Math.BitDecrement(1.0)));
        Assert.Equal(0.5, x.Average(), 0.005);
        Assert.Equal(1 / 3.0, x.Average(v => v * v), 0.005);
    }
}
