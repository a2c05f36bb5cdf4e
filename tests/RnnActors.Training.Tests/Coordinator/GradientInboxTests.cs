using Akka.TestKit.Xunit2;
using CsCheck;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Protocol;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

public class GradientInboxTests : TestKit
{
    private readonly TrainingJob _job = AnswerKey.Create("streams");
    private readonly Akka.TestKit.TestProbe _aggregator;
    private readonly GradientInbox _inbox;

    public GradientInboxTests()
    {
        _aggregator = CreateTestProbe();
        _inbox = new GradientInbox(_job, [_aggregator.Ref], TestActor);
        _inbox.Begin(7);
    }

    [Fact]
    public void A_gradient_goes_to_the_aggregators_when_it_is_whole_and_once()
    {
        var frame = Gradient(7, new ShardRange(2, 2));
        var (head, tail) = (frame with { Length = 4 }, frame with { Offset = 4, Length = frame.Length - 4 });
        _inbox.Accept(head);
        _inbox.Received(head);
        Assert.False(_inbox.Holds(new ShardRange(2, 2), carriesState: false));
        _aggregator.ExpectNoMsg(0);
        _inbox.Accept(tail).Block.Span.Fill(3);
        _inbox.Received(tail);
        var partial = _aggregator.ExpectMsg<GradientPartial>();
        Assert.Equal((7, new ShardRange(2, 2)), (partial.Step, partial.Node));
        Assert.All(partial.Gradient.Span.ToArray(), value => Assert.Equal(3, value));
        ExpectMsg<GradientInbox.Arrived>();

        // The same again is read and thrown away: the aggregators read what they have.
        Assert.True(_inbox.Accept(frame).IsDiscarded);
        _inbox.Received(frame);
        _aggregator.ExpectNoMsg(0);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void What_is_of_another_step_is_thrown_away_whatever_it_is(long step)
    {
        foreach (var shards in new ShardRange[] { new(0, 1), new(-5, 1), new(0, int.MaxValue) })
        {
            foreach (var frame in new[] { Gradient(step, shards), State(step, shards) })
            {
                Assert.True(_inbox.Accept(frame).IsDiscarded);
                _inbox.Received(frame);
            }
        }

        Assert.False(_inbox.Holds(new ShardRange(0, 1), carriesState: false));
        _aggregator.ExpectNoMsg(0);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, -2)]
    [InlineData(4, 1)]
    [InlineData(1, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(int.MinValue, int.MinValue)]
    public void Shards_that_the_run_does_not_have_end_the_channel(int first, int count)
    {
        Assert.NotNull(_inbox.Accept(Gradient(7, new ShardRange(first, count))).Refusal);
        Assert.NotNull(_inbox.Accept(State(7, new ShardRange(first, count))).Refusal);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    public void A_sum_that_is_no_node_of_the_tree_ends_the_channel(int first, int count) =>
        Assert.NotNull(_inbox.Accept(Gradient(7, new ShardRange(first, count))).Refusal);

    [Theory]
    [InlineData(FrameKind.Parameters)]
    [InlineData(FrameKind.File)]
    public void What_a_node_never_sends_ends_the_channel(FrameKind kind) =>
        Assert.NotNull(_inbox.Accept(new Frame(new FrameDescription(kind, default, Step: 7, Shards: new ShardRange(0, 1)), 0, 4, 4)).Refusal);

    [Fact]
    public void States_where_none_are_carried_end_the_channel()
    {
        var inbox = new GradientInbox(AnswerKey.Create("lstm"), [], TestActor);
        inbox.Begin(7);
        Assert.NotNull(inbox.Accept(State(7, new ShardRange(0, 1))).Refusal);
        Assert.False(inbox.Holds(new ShardRange(0, 1), carriesState: true));
    }

    [Fact]
    public void Memory_has_the_lengths_of_the_run_whatever_the_frame_says()
    {
        foreach (long total in new[] { 0, 4, 1L << 40 })
        {
            Assert.Equal(_job.Model.Layout.Length, _inbox.Accept(Gradient(7, new ShardRange(1, 1)) with { Total = total, Length = 0 }).Block.Length);
            Assert.Equal(
                new ShardPlan(_job.Data.Streams, _job.Training.Shards).RowsOf(new ShardRange(1, 2)).Count * _job.Model.StateWidth,
                _inbox.Accept(State(7, new ShardRange(1, 2)) with { Total = total, Length = 0 }).Block.Length);
        }
    }

    /// <summary>Sums of any nodes of the tree, in any order, overlapping as they like: an answer is held back exactly as long as a shard of it is in none of them.</summary>
    [Fact]
    public void An_answer_is_there_when_every_shard_of_it_is() =>
        (from first in Gen.Int[0, 3]
         from count in Gen.Int[1, 4 - first]
         from arrivals in Gen.Shuffle(Nodes(new ShardRange(0, 4)).ToArray(), 0, 7)
         select (new ShardRange(first, count), arrivals)).Sample(sample =>
         {
             var (asked, arrivals) = sample;
             var inbox = new GradientInbox(_job, [], Akka.Actor.ActorRefs.Nobody);
             inbox.Begin(1);
             var here = new bool[4];
             foreach (var node in arrivals)
             {
                 Assert.Equal(Enumerable.Range(asked.First, asked.Count).All(shard => here[shard]), inbox.Holds(asked, carriesState: false));
                 inbox.Accept(Gradient(1, node));
                 inbox.Received(Gradient(1, node));
                 here.AsSpan(node.First, node.Count).Fill(true);
             }

             Assert.Equal(Enumerable.Range(asked.First, asked.Count).All(shard => here[shard]), inbox.Holds(asked, carriesState: false));
         });

    [Fact]
    public void The_next_step_begins_with_nothing()
    {
        var shards = new ShardRange(0, 4);
        foreach (var frame in new[] { Gradient(7, shards), State(7, shards) })
        {
            _inbox.Accept(frame);
            _inbox.Received(frame);
        }

        Assert.True(_inbox.Holds(shards, carriesState: true));
        _inbox.Begin(8);
        Assert.False(_inbox.Holds(shards, carriesState: false));
        _inbox.Accept(Gradient(8, shards));
        _inbox.Received(Gradient(8, shards));
        Assert.True(_inbox.Holds(shards, carriesState: false));
        Assert.False(_inbox.Holds(shards, carriesState: true));
    }

    private static IEnumerable<ShardRange> Nodes(ShardRange node)
    {
        if (node.Count == 1) return [node];
        var (left, right) = ReductionTree.Split(node);
        return [node, .. Nodes(left), .. Nodes(right)];
    }

    private Frame Gradient(long step, ShardRange shards)
    {
        int length = _job.Model.Layout.Length * sizeof(float);
        return new Frame(new FrameDescription(FrameKind.Gradient, default, Step: step, Shards: shards), 0, length, length);
    }

    private static Frame State(long step, ShardRange shards) => new(new FrameDescription(FrameKind.State, default, Step: step, Shards: shards), 0, 4, 4);
}
