using CsCheck;
using RnnActors.Core.Kernels.RandomNumbers;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.RandomNumbers;

public sealed class GaussianTests
{
    private static readonly PhiloxKey Key = PhiloxKey.Of(6, RandomPurpose.InitialWeights);

    [Fact]
    public void Each_block_gives_the_bits_of_the_plain_sequence() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 41], Gen.OneOf(Gen.Long[0, 100], Gen.Long[1L << 31, (1L << 32) - 100])).Sample((key, count, firstBlock) =>
        {
            float[] values = new float[count];
            Gaussian.Fill(values, new PhiloxKey(key), firstBlock);
            var random = new RandomSequence(new PhiloxKey(key));
            random.Skip(4 * firstBlock);
            SameBits.Assert([.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())], values);
        });

    [Theory]
    [InlineData(-1)]
    [InlineData(1L << 32)]
    public void A_block_that_the_counter_does_not_reach_is_refused(long firstBlock) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Gaussian.Fill(new float[2], Key, firstBlock));
}
