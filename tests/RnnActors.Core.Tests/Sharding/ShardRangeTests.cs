using CsCheck;
using RnnActors.Core.Sharding;
using Xunit;

namespace RnnActors.Core.Tests.Sharding;

public class ShardRangeTests
{
    private static readonly int[] Extremes = [int.MinValue, int.MinValue + 1, -1, 0, 1, int.MaxValue - 1, int.MaxValue];

    [Fact]
    public void A_range_is_of_a_batch_where_all_its_shards_are_and_it_has_some() =>
        (from shards in Gen.Int[1, 12]
         from first in Gen.OneOf(Gen.Int[-3, 15], Gen.Int[0, Extremes.Length - 1].Select(i => Extremes[i]))
         from count in Gen.OneOf(Gen.Int[-3, 15], Gen.Int[0, Extremes.Length - 1].Select(i => Extremes[i]))
         select (shards, first, count)).Sample((shards, first, count) =>
            Assert.Equal(first >= 0 && count > 0 && (long)first + count <= shards, new ShardRange(first, count).IsOf(shards)));
}
