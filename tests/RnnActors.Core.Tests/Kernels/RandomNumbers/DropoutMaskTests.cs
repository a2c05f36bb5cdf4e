using CsCheck;
using RnnActors.Core.Kernels.RandomNumbers;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.RandomNumbers;

public sealed class DropoutMaskTests
{
    private static float[] Mask(int length, double rate, PhiloxKey key, int row, int time)
    {
        var mask = new float[length];
        DropoutMask.Fill(mask, rate, key, row, time);
        return mask;
    }

    [Fact]
    public void Every_unit_is_the_word_of_its_place() =>
        Gen.Select(Gen.Int[0, 70], Gen.Double[0, 0.999], Gen.ULong, Gen.Int[0, int.MaxValue], Gen.Int[0, 1000]).Sample((length, rate, value, row, time) =>
        {
            var key = new PhiloxKey(value);
            var expected = new float[length];
            for (int u = 0; u < length; u++)
            {
                var (w0, w1, w2, w3) = Philox.Block(key, (uint)((4 * (u / 16)) + (u % 4)), (uint)time, (uint)row, 0);
                uint word = (u % 16 / 4) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
                expected[u] = Philox.Uniform(word) < rate ? 0 : (float)(1 / (1 - rate));
            }

            SameBits.Assert(expected, Mask(length, rate, key, row, time));
        });

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_share_dropped_is_the_rate_and_the_mean_stays_one(double rate)
    {
        float[] mask = Mask(200_000, rate, PhiloxKey.Of(1, RandomPurpose.Dropout, 5, 2), 3, 4);
        Assert.Equal(rate, mask.Count(m => m == 0) / 200_000.0, 0.005);
        Assert.Equal(1, mask.Average(), 0.03);
    }

    [Fact]
    public void Rate_zero_keeps_everything() => Assert.All(Mask(33, 0, new PhiloxKey(9), 0, 0), m => Assert.Equal(1, m));

    [Fact]
    public void Rows_times_and_keys_have_masks_of_their_own()
    {
        float[][] masks = [Mask(64, 0.5, new(1), 0, 0), Mask(64, 0.5, new(2), 0, 0), Mask(64, 0.5, new(1), 1, 0), Mask(64, 0.5, new(1), 0, 1)];
        Assert.Distinct(masks.Select(mask => string.Join(' ', mask)));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Other_rates_are_refused(double rate) => Assert.Throws<ArgumentOutOfRangeException>(() => Mask(4, rate, new(1), 0, 0));
}
