using CsCheck;
using RnnActors.Core.Sharding;
using Xunit;

namespace RnnActors.Core.Tests.Sharding;

public class ShardPlanTests
{
    /// <summary>Cut otherwise, as evenly as that may be, every trained parameter would have other bits.</summary>
    [Fact]
    public void Ten_rows_in_four_shards_are_two_three_two_and_three() =>
        Assert.Equal([2, 3, 2, 3], Enumerable.Range(0, 4).Select(shard => new ShardPlan(10, 4).RowsOf(shard).Count));

    [Fact]
    public void Shards_take_every_row_once_in_order_and_differ_by_one_row_at_most() => Gen.Select(Gen.Int[0, 200], Gen.Int[1, 40]).Sample((rows, shards) =>
    {
        var plan = new ShardPlan(rows, shards);
        int next = 0;
        for (int shard = 0; shard < shards; shard++)
        {
            var of = plan.RowsOf(shard);
            Assert.Equal(next, of.First);
            Assert.InRange(of.Count, rows / shards, (rows + shards - 1) / shards);
            next += of.Count;
        }

        Assert.Equal(rows, next);
    });

    [Fact]
    public void Neighbouring_shards_have_neighbouring_rows_and_never_more_than_the_most() =>
        (from rows in Gen.Int[0, 200]
         from fewer in Gen.Int[0, rows]
         from shards in Gen.Int[1, 40]
         from first in Gen.Int[0, shards - 1]
         from count in Gen.Int[1, shards - first]
         select (rows, fewer, shards, new ShardRange(first, count))).Sample((rows, fewer, shards, range) =>
        {
            var plan = new ShardPlan(fewer, shards);
            var of = plan.RowsOf(range);
            Assert.Equal(plan.RowsOf(range.First).First, of.First);
            Assert.Equal(Enumerable.Range(range.First, range.Count).Sum(shard => plan.RowsOf(shard).Count), of.Count);
            Assert.InRange(of.Count, 0, ShardPlan.MaxRows(rows, shards, range.Count));
        });
}
