using CsCheck;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sharding;
using Xunit;

namespace RnnActors.Core.Tests.Sharding;

public class ShardRoundsTests
{
    private static readonly Gen<(ShardPlan Plan, ShardRange Part, int RoundRows)> Cases =
        from shards in Gen.Int[1, 20]
        from first in Gen.Int[0, shards - 1]
        from count in Gen.Int[1, shards - first]
        from rows in Gen.Int[0, 100]
        from roundRows in Gen.Int[1, 100]
        select (new ShardPlan(rows, shards), new ShardRange(first, count), roundRows);

    /// <summary>The first half's sum is written and the second one's added to it: so no node may be in three rounds, or be cut elsewhere.</summary>
    [Fact]
    public void A_round_has_of_each_node_all_a_half_or_nothing() => Cases.Sample((plan, part, roundRows) =>
    {
        var nodes = ReductionTree.Cover(part, plan.Shards);
        var rounds = Cut(plan, part, roundRows);
        foreach (var node in nodes)
        {
            ShardRange[] parts = [.. rounds.Select(node.Intersect).Where(range => range.Count > 0)];
            Assert.InRange(parts.Length, 1, 2);
            if (parts is [var only]) Assert.Equal(node, only);
            else Assert.Equal(ReductionTree.Split(node), (parts[0], parts[1]));
        }
    });

    [Fact]
    public void Rounds_follow_one_another_over_all_shards_and_none_fits_into_the_one_before() => Cases.Sample((plan, part, roundRows) =>
    {
        var rounds = Cut(plan, part, roundRows);
        int next = part.First;
        for (int i = 0; i < rounds.Count; i++)
        {
            Assert.Equal(next, rounds[i].First);
            next = rounds[i].End;
            if (i > 0) Assert.True(plan.RowsOf(rounds[i - 1]).Count + plan.RowsOf(rounds[i]).Count > roundRows);
        }

        Assert.Equal(part.End, next);
    });

    /// <summary>Memory is taken once, for whichever shards of whichever batch may come.</summary>
    [Fact]
    public void No_round_has_more_rows_than_there_is_memory_for() => Gen.Select(Cases, Gen.Int[0, 20], Gen.Int[0, 3]).Sample((made, spareRows, spareShards) =>
    {
        var plan = made.Plan;
        int capacity = Math.Min(plan.Shards, made.Part.Count + spareShards), rows = plan.Rows + spareRows;
        int most = ShardRounds.MostRows(rows, plan.Shards, capacity, made.RoundRows);
        Assert.All(Cut(plan, made.Part, made.RoundRows), round => Assert.InRange(plan.RowsOf(round).Count, 0, most));
        Assert.InRange(most, 0, ShardPlan.MostRows(rows, plan.Shards, capacity));
    });

    [Theory]
    [InlineData(10, 32, 32, 1)]
    [InlineData(64, 96, 32, 1)]
    [InlineData(512, 64, 20, 1)]
    [InlineData(512, 64, 64, 2)]
    [InlineData(512, 64, 32, 2)]
    public void Rows_are_halved_where_their_activations_are_many_and_the_halves_not_small(int units, int steps, int rows, int rounds)
    {
        var model = new Model(new ModelSpec([new Lstm(units), new Dense(1)]), new Signal(1));
        Assert.Equal(rounds, Cut(new ShardPlan(rows, 8), new ShardRange(0, 8), ShardRounds.RowsFor(model, steps)).Count);
    }

    private static List<ShardRange> Cut(ShardPlan plan, ShardRange part, int roundRows)
    {
        List<ShardRange> rounds = [];
        ShardRounds.Cut(ReductionTree.Cover(part, plan.Shards), plan, roundRows, rounds);
        return rounds;
    }
}
