using CsCheck;
using RnnActors.Core.Kernels.RandomNumbers;
using Xunit;

namespace RnnActors.Core.Tests.Kernels.RandomNumbers;

public sealed class PhiloxTests
{
    /// <summary>The vectors of Random123's <c>kat_vectors</c> for <c>philox4x32 10</c>.</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Known_answers_come_out(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint w0, uint w1, uint w2, uint w3) =>
        Assert.Equal((w0, w1, w2, w3), Philox.Block(new PhiloxKey(((ulong)k1 << 32) | k0), c0, c1, c2, c3));

    [Fact]
    public void Four_blocks_at_once_are_the_four_blocks() =>
        Gen.Select(Gen.ULong, Gen.UInt[0, uint.MaxValue - 3], Gen.UInt, Gen.UInt).Sample((value, c0, c1, c2) =>
        {
            var key = new PhiloxKey(value);
            var (w0, w1, w2, w3) = Philox.FourBlocks(key, c0, c1, c2);
            for (int lane = 0; lane < 4; lane++)
                Assert.Equal(Philox.Block(key, c0 + (uint)lane, c1, c2, 0), (w0[lane], w1[lane], w2[lane], w3[lane]));
        });

    [Fact]
    public void Uniform_numbers_stay_below_one_and_reach_zero()
    {
        Assert.Equal(0, Philox.Uniform(0));
        Assert.Equal(0.5f, Philox.Uniform(0x8000_0000));
        Assert.Equal(MathF.BitDecrement(1), Philox.Uniform(uint.MaxValue));
    }

    [Fact]
    public void Keys_differ_in_every_argument()
    {
        PhiloxKey[] keys =
        [
            PhiloxKey.Of(1, RandomPurpose.Dropout), PhiloxKey.Of(2, RandomPurpose.Dropout), PhiloxKey.Of(1, RandomPurpose.Shuffle),
            PhiloxKey.Of(1, RandomPurpose.Dropout, 1), PhiloxKey.Of(1, RandomPurpose.Dropout, 1L << 32), PhiloxKey.Of(1, RandomPurpose.Dropout, 0, 1),
        ];
        Assert.Distinct(keys);
    }
}
