using CsCheck;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Sequences;
using RnnActors.Core.Sharding;
using Xunit;

namespace RnnActors.Core.Tests.Sharding;

public class ShardRoundsTests
{
    private static readonly Gen<(ShardPlan Plan, ShardRange Part, int RoundRows, int Cuts)> Cases =
        from shards in Gen.Int[1, 20]
        from first in Gen.Int[0, shards - 1]
        from count in Gen.Int[1, shards - first]
        from rows in Gen.Int[0, 100]
        from roundRows in Gen.Int[1, 100]
        from cuts in Gen.Int[0, 4]
        select (new ShardPlan(rows, shards), new ShardRange(first, count), roundRows, cuts);

    /// <summary>A part's sum goes to where the node's stands in the end, which only nodes of the tree have.</summary>
    [Fact]
    public void A_round_has_of_each_node_nothing_or_one_node_of_the_tree_below_it() => Cases.Sample((plan, part, roundRows, cuts) =>
    {
        var nodes = ReductionTree.Cover(part, plan.Shards);
        var rounds = Cut(plan, part, roundRows, cuts);
        foreach (var node in nodes)
        {
            ShardRange[] parts = [.. rounds.Select(node.Intersect).Where(range => range.Count > 0)];
            Assert.InRange(parts.Length, 1, 1 << cuts);
            Assert.All(parts, below => Assert.Equal([below], ReductionTree.Cover(below, plan.Shards)));
            if (parts.Length == 2) Assert.Equal(ReductionTree.Split(node), (parts[0], parts[1]));
        }
    });

    [Fact]
    public void Rounds_follow_one_another_over_all_shards_and_none_is_cut_for_nothing() => Cases.Sample((plan, part, roundRows, cuts) =>
    {
        var nodes = ReductionTree.Cover(part, plan.Shards);
        var rounds = Cut(plan, part, roundRows, cuts);
        int next = part.First;
        for (int i = 0; i < rounds.Count; i++)
        {
            Assert.Equal(next, rounds[i].First);
            next = rounds[i].End;
            bool isWithin = nodes.Any(node => node.First < rounds[i].First && rounds[i].First < node.End);
            if (i > 0 && !isWithin) Assert.True(plan.RowsOf(rounds[i - 1]).Count + FirstRows(rounds[i]) > roundRows);
        }

        Assert.Equal(part.End, next);
        foreach (var node in nodes.Where(node => plan.RowsOf(node).Count <= roundRows)) Assert.Single(rounds, round => round.Intersect(node).Count > 0);

        int FirstRows(ShardRange round) => plan.RowsOf(nodes.Select(node => node.Intersect(round)).First(range => range.Count > 0)).Count;
    });

    /// <summary>Memory is taken once, for whichever shards of whichever batch may come.</summary>
    [Fact]
    public void No_round_has_more_rows_than_there_is_memory_for() => Gen.Select(Cases, Gen.Int[0, 20], Gen.Int[0, 3]).Sample((made, spareRows, spareShards) =>
    {
        var plan = made.Plan;
        int capacity = Math.Min(plan.Shards, made.Part.Count + spareShards), rows = plan.Rows + spareRows;
        int max = ShardRounds.MaxRows(rows, plan.Shards, capacity, made.RoundRows, made.Cuts);
        Assert.All(Cut(plan, made.Part, made.RoundRows, made.Cuts), round => Assert.InRange(plan.RowsOf(round).Count, 0, max));
        Assert.InRange(max, 0, ShardPlan.MaxRows(rows, plan.Shards, capacity));
    });

    [Theory]
    [InlineData(10, 32, 32, 1)]
    [InlineData(64, 96, 16, 1)]
    [InlineData(64, 96, 32, 2)]
    [InlineData(64, 96, 64, 4)]
    [InlineData(512, 64, 20, 1)]
    [InlineData(512, 64, 32, 1)]
    [InlineData(512, 64, 64, 2)]
    [InlineData(512, 64, 128, 2)]
    [InlineData(1024, 32, 64, 1)]
    [InlineData(1024, 32, 128, 2)]
    [InlineData(300, 64, 32, 2)]
    [InlineData(600, 64, 32, 1)]
    public void Rows_are_halved_where_their_activations_are_many_and_the_halves_not_small(int units, int steps, int rows, int rounds)
    {
        var model = new Model(new ModelSpec([new Lstm(units), new Dense(1)]), new Shape(1));
        Assert.Equal(rounds, Cut(new ShardPlan(rows, 8), new ShardRange(0, 8), ShardRounds.RowsFor(model, steps, steps), ShardRounds.CutsFor(model)).Count);
    }

    /// <summary>A token reads a row of an embedding, however many there are.</summary>
    [Theory]
    [InlineData(50, 10)]
    [InlineData(50, 200_000)]
    public void Rows_do_not_depend_on_the_length_of_an_embedding(int units, int vocabulary)
    {
        static Model Of(int units, int vocabulary) => new(new ModelSpec([new Embedding(24), new Gru(units), new Dense(1)]), Shape.Tokens(vocabulary));
        Assert.Equal(ShardRounds.RowsFor(Of(units, 2), 64, 64), ShardRounds.RowsFor(Of(units, vocabulary), 64, 64));
    }

    private static List<ShardRange> Cut(ShardPlan plan, ShardRange part, int roundRows, int cuts)
    {
        List<ShardRange> rounds = [];
        ShardRounds.Cut(ReductionTree.Cover(part, plan.Shards), plan, roundRows, cuts, rounds);
        return rounds;
    }
}
