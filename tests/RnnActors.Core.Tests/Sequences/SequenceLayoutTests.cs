using CsCheck;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sequences;
using Xunit;

namespace RnnActors.Core.Tests.Sequences;

public sealed class SequenceLayoutTests
{
    private static readonly Gen<int[]> Lengths = Gen.Int[1, 6].Array[1, 7];

    /// <summary>Every step of every row has one position, time after time, in the order of rows.</summary>
    [Fact]
    public void Positions_are_numbered_by_time_and_then_by_row() => Lengths.Sample(lengths =>
    {
        var layout = Of(lengths);
        int at = 0;
        Assert.Equal((lengths.Max(), lengths.Sum()), (layout.Steps, layout.Positions));
        for (int t = 0; t < layout.Steps; t++)
        {
            Assert.Equal(at, layout.FirstAt(t));
            Assert.Equal(lengths.Count(length => length > t), layout.CountAt(t));
            for (int row = 0; row < lengths.Length; row++)
            {
                Assert.Equal(at, layout.PositionOf(t, row));
                if (layout.IsActive(t, row)) at++;
            }
        }
    });

    /// <summary>A shard's index lists its own positions alone, in order, whoever is beside it.</summary>
    [Fact]
    public void The_index_of_shards_has_each_position_once() => Gen.Select(Lengths, Gen.Int[1, 4]).Sample((lengths, shards) =>
    {
        var layout = Of(lengths);
        ShardRows[] leaves = [.. Enumerable.Range(0, shards)
            .Select(shard => new ShardRows(lengths.Length * shard / shards, (lengths.Length * (shard + 1) / shards) - (lengths.Length * shard / shards)))];
        int[] index = layout.IndexOf(leaves, out var runs).ToArray();
        Assert.Equal(Enumerable.Range(0, layout.Positions), index.Order());
        for (int leaf = 0; leaf < shards; leaf++)
        {
            int[] own = index[runs[leaf].First..(runs[leaf].First + runs[leaf].Count)];
            Assert.Equal(own.Order(), own);
            Assert.Equal(layout.PositionsOf(leaves[leaf]), own.Length);
        }
    });

    /// <summary>Rows keep their values while others come and go, in both directions of time.</summary>
    [Fact]
    public void Rows_keep_their_values_when_others_end_and_begin() => Gen.Select(Lengths, Gen.Int[0, 5], Gen.Int[0, 5]).Sample((lengths, from, to) =>
    {
        var layout = Of(lengths);
        (from, to) = (from % layout.Steps, to % layout.Steps);
        float[] matrix = new float[lengths.Length * 2], starts = [.. lengths.SelectMany((_, row) => new[] { 100f + row, -100f - row })];
        for (int row = 0; row < lengths.Length; row++)
            if (layout.IsActive(from, row)) (matrix[2 * (layout.PositionOf(from, row) - layout.FirstAt(from))],
                matrix[(2 * (layout.PositionOf(from, row) - layout.FirstAt(from))) + 1]) = (row, -row);
        layout.Regroup(matrix, 2, from, to, starts, 2);
        for (int row = 0; row < lengths.Length; row++)
        {
            if (!layout.IsActive(to, row)) continue;
            int at = 2 * (layout.PositionOf(to, row) - layout.FirstAt(to));
            Assert.Equal(layout.IsActive(from, row) ? (row, -row) : (100 + row, -100 - row), ((int)matrix[at], (int)matrix[at + 1]));
        }
    });

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Of(3, 2).Fill([4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceLayout(3, 2).Fill([2, 3]));
        Assert.Throws<ArgumentException>(() => new SequenceLayout(3, 2, isRagged: true, maxPositions: 4).Fill([3, 2]));
    }

    private static SequenceLayout Of(params int[] lengths)
    {
        var layout = new SequenceLayout(lengths.Max(), lengths.Length, isRagged: true);
        layout.Fill(lengths);
        return layout;
    }
}
