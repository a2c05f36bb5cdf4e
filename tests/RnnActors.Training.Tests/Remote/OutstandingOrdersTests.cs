using RnnActors.Core.Sharding;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

public class OutstandingOrdersTests
{
    /// <summary>Shards 1 to 3 of 5: the cover is [1], [2,4).</summary>
    private static readonly ShardOrder Computed = new(new WorkerId(3), new ShardRange(1, 3), 2), Evaluated = new(new WorkerId(4), new ShardRange(0, 2), 0);

    private readonly OutstandingOrders _given = new(5);

    public OutstandingOrdersTests()
    {
        _given.Add(new ComputeShards(7, default, default, [Computed]), _ => true, now: 0);
        _given.Add(new EvaluateShards(7, [Evaluated]));
    }

    [Fact]
    public void An_order_is_answered_once()
    {
        Assert.True(_given.Take(7, Computed, Answer(), out string? problem));
        Assert.Null(problem);
        Assert.False(_given.Take(7, Computed, Answer(), out problem));
        Assert.Null(problem);
        Assert.False(_given.Take(7, Computed));
        Assert.True(_given.Take(7, Evaluated, Evaluation(2), out _));
        Assert.False(_given.Take(7, Evaluated, Evaluation(2), out problem));
        Assert.Null(problem);
    }

    [Fact]
    public void An_order_that_was_given_up_is_not_answered()
    {
        Assert.True(_given.Take(7, Computed));
        Assert.False(_given.Take(7, Computed, Answer(), out string? problem));
        Assert.Null(problem);
    }

    [Fact]
    public void What_answers_no_order_is_passed_over()
    {
        ShardOrder[] others =
        [
            Computed with { Worker = new WorkerId(-1) }, Computed with { Attempt = 3 }, Computed with { Shards = new ShardRange(1, 2) },
            Computed with { Shards = new ShardRange(int.MaxValue, int.MaxValue) }, Computed with { Shards = new ShardRange(-1, int.MinValue) },
        ];
        foreach (var other in others)
        {
            Assert.False(_given.Take(7, other, Answer(), out string? problem));
            Assert.Null(problem);
            Assert.False(_given.Take(7, other, Evaluation(2), out problem));
            Assert.Null(problem);
            Assert.False(_given.Take(7, other));
        }

        foreach (long step in new[] { 6, 8, long.MinValue, long.MaxValue }) Assert.False(_given.Take(step, Computed, Answer(), out _));
        Assert.True(_given.Take(7, Computed, Answer(), out _));
    }

    [Fact]
    public void What_cannot_be_an_answer_is_a_problem()
    {
        var whole = Answer();
        var (left, right) = (whole.Losses[0], whole.Losses[1]);
        RemoteShardsComputed[] wrong =
        [
            whole with { CarriesState = false }, whole with { Losses = [] }, whole with { Losses = [left] }, whole with { Losses = [right, left] },
            whole with { Losses = [left, right, right] },
            whole with { Losses = [left, right with { FirstShard = 3 }] }, whole with { Losses = [left, right with { Shards = int.MaxValue }] },
            whole with { Losses = [left, right with { NotFinite = 1 }] }, whole with { Losses = [left, right with { NotFinite = int.MinValue }] },
            whole with { Losses = [left with { Loss = new WireLoss(0, -1, 0) }, right] }, whole with { Seconds = double.NaN }, whole with { Seconds = -1 },
            whole with { Seconds = double.PositiveInfinity },
        ];
        foreach (var answer in wrong)
        {
            Assert.False(_given.Take(7, Computed, answer, out string? problem));
            Assert.NotNull(problem);
        }

        foreach (var answer in new[] { Evaluation(0), Evaluation(1), Evaluation(3), Evaluation(2) with { Seconds = double.NaN },
            Evaluation(2) with { Losses = [new(0, 1, 0), new(0, -1, 0)] } })
        {
            Assert.False(_given.Take(7, Evaluated, answer, out string? problem));
            Assert.NotNull(problem);
        }

        Assert.False(_given.Take(7, Evaluated, whole, out string? asked));
        Assert.NotNull(asked);
        Assert.False(_given.Take(7, Computed, Evaluation(3), out asked));
        Assert.NotNull(asked);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_an_answer()
    {
        var whole = Answer();
        Assert.True(_given.Take(
            7, Computed, whole with { Losses = [whole.Losses[0], whole.Losses[1] with { Loss = new WireLoss(double.NaN, 3, 0), NotFinite = 3 }] }, out _));
    }

    private static RemoteShardsComputed Answer() => new(
        1, "run", 7, new WireOrder(3, 1, 3, 2),
            [new WireTreeNodeLoss(1, 1, new WireLoss(0.5, 2, 1), null), new WireTreeNodeLoss(2, 2, new WireLoss(0.5, 4, 1), null)], 0.1, CarriesState: true);

    private static RemoteShardsEvaluated Evaluation(int losses) =>
        new(1, "run", 7, new WireOrder(4, 0, 2, 0), [.. Enumerable.Repeat(new WireLoss(0.5, 2, 1), losses)], 0);
}
