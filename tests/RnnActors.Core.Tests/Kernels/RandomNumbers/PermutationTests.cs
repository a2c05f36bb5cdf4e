using CsCheck;
using RnnActors.Core.Kernels.RandomNumbers;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.RandomNumbers;

public sealed class PermutationTests
{
    private static int[] Order(int length, ulong seed, long epoch)
    {
        var order = new int[length];
        Permutation.Fill(order, seed, epoch);
        return order;
    }

    [Fact]
    public void Every_row_comes_once() =>
        Gen.Select(Gen.Int[0, 300], Gen.ULong, Gen.Long[0, 1000]).Sample((length, seed, epoch) =>
            Assert.Equal(Enumerable.Range(0, length), Order(length, seed, epoch).Order()));

    [Fact]
    public void It_is_a_function_of_seed_and_epoch()
    {
        Assert.Equal(Order(50, 1, 2), Order(50, 1, 2));
        Assert.NotEqual(Order(50, 1, 2), Order(50, 1, 3));
        Assert.NotEqual(Order(50, 1, 2), Order(50, 2, 2));
    }

    [Fact]
    public void Every_order_of_four_is_as_likely()
    {
        var counts = new Dictionary<string, int>();
        for (int epoch = 0; epoch < 24_000; epoch++)
        {
            string order = string.Join(' ', Order(4, 11, epoch));
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        double chiSquared = counts.Values.Sum(count => (count - 1000.0) * (count - 1000.0) / 1000);
        Assert.True(chiSquared < 49.7, $"χ² of 23 degrees of freedom is {chiSquared:F1}; the 0.1 % level is 49.7.");
    }
}
