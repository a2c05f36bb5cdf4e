using Akka.Actor;
using Akka.TestKit.Xunit2;
using CsCheck;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

public class GradientInboxTests : TestKit
{
    /// <summary>Of several pages of parameters.</summary>
    private static readonly TrainingJob Long = AnswerKey.Create("segments");

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
        Assert.Empty(Told());
        _inbox.Accept(tail).Block.Span.Fill(3);
        _inbox.Received(tail);
        var part = Assert.Single(Told());
        Assert.Equal((7, new ShardRange(2, 2), 0, _job.Model.Layout.Length), (part.Step, part.TreeNode, part.First, part.Length));
        Assert.All(part.Gradient.Span.ToArray(), value => Assert.Equal(3, value));
        ExpectMsg<GradientInbox.Arrived>();

        // The same again is read and thrown away: the aggregators read what they have.
        Assert.True(_inbox.Accept(frame).IsDiscarded);
        _inbox.Received(frame);
        Assert.Empty(Told());
    }

    /// <summary>However a gradient is cut, in whatever order its parts come and however often, the
    /// aggregators are told of each value once, and the answer waits for the last.</summary>
    [Fact]
    public void Every_part_is_told_of_once_and_the_last_makes_the_gradient_whole() =>
        (from cut in Gen.Bool.Array[Pages(Long) - 1]
         let parts = Parts(Long, cut)
         from order in Gen.Shuffle(parts.Concat(parts).ToArray())
         select order).Sample(
            order =>
            {
                var shards = new ShardRange(2, 2);
                var inbox = new GradientInbox(Long, [_aggregator.Ref], ActorRefs.Nobody);
                inbox.Begin(7);
                HashSet<(int, int)> here = [];
                foreach (var (first, length) in order)
                {
                    Assert.Equal(here.Sum(part => part.Item2) == Long.Model.Layout.Length, inbox.Holds(shards, carriesState: false));
                    var frame = Gradient(7, shards, first, length);
                    var (target, isNew) = (inbox.Accept(frame), here.Add((first, length)));
                    Assert.Null(target.Refusal);
                    Assert.Equal(isNew, !target.IsDiscarded);
                    target.Block.Span.Fill(first + 1);
                    inbox.Received(frame);
                }

                Assert.True(inbox.Holds(shards, carriesState: false));
                var told = Told();
                Assert.Equal(here.Order(), told.Select(part => (part.First, part.Length)).Order());
                foreach (var part in told) Assert.DoesNotContain(part.Gradient.Span.Slice(part.First, part.Length).ToArray(), value => value != part.First + 1);
            },
            iter: 30, threads: 1);

    [Theory]
    [ClassData(typeof(HostileParts))]
    public void A_part_that_is_none_of_the_vector_ends_the_channel(int first, long length)
    {
        var inbox = new GradientInbox(Long, [_aggregator.Ref], TestActor);
        inbox.Begin(7);
        Assert.NotNull(inbox.Accept(Gradient(7, new ShardRange(0, 1), first, length)).Refusal);
        Assert.False(inbox.Holds(new ShardRange(0, 1), carriesState: false));
        Assert.Empty(Told());
    }

    [Fact]
    public void A_part_that_ends_behind_the_vector_ends_the_channel()
    {
        var inbox = new GradientInbox(Long, [], TestActor);
        inbox.Begin(7);
        foreach (int first in Enumerable.Range(0, Pages(Long) + 1).Select(page => page * FrameDescription.PageLength))
            Assert.NotNull(inbox.Accept(Gradient(7, new ShardRange(0, 1), first, Math.Max(1, Long.Model.Layout.Length - first + 1))).Refusal);
    }

    [Theory]
    [InlineData(0, 1025, false)]
    [InlineData(0, 1025, true)]
    [InlineData(0, 8192, false)]
    [InlineData(0, 8192, true)]
    [InlineData(1024, 1024, false)]
    [InlineData(1024, 1024, true)]
    [InlineData(1024, 2049, true)]
    [InlineData(2048, 1, false)]
    [InlineData(2048, 1024, true)]
    [InlineData(2048, 4096, true)]
    public void A_part_that_overlaps_another_ends_the_channel_whether_or_not_that_is_here(int first, int length, bool isHere)
    {
        var inbox = new GradientInbox(Long, [_aggregator.Ref], TestActor);
        inbox.Begin(7);
        var (shards, part) = (new ShardRange(0, 1), Gradient(7, new ShardRange(0, 1), 1024, 2048));
        inbox.Accept(part);
        if (isHere) inbox.Received(part);
        Assert.NotNull(inbox.Accept(Gradient(7, shards, first, length)).Refusal);

        // What lies beside it does not, nor what is of another node of the tree.
        foreach (var beside in new[] { Gradient(7, shards, 0, 1024), Gradient(7, shards, 3072, 1024), Gradient(7, new ShardRange(1, 1), first, length) })
            Assert.Equal(beside.Total, sizeof(float) * (long)inbox.Accept(beside).Block.Length);
        Assert.Equal(isHere ? 1 : 0, Told().Count);
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
        Assert.Empty(Told());
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

    /// <summary>The channel ends where the length of the memory is not that of the frame.</summary>
    [Fact]
    public void Memory_is_never_beyond_the_run_s_whatever_the_frame_says()
    {
        int length = _job.Model.Layout.Length;
        foreach (long total in new[] { 0, 4, (4 * length) + 4, 1L << 40, long.MaxValue, -4 })
        {
            var target = _inbox.Accept(Gradient(7, new ShardRange(1, 1)) with { Total = total, Length = 0 });
            if (total == 4) Assert.Equal(1, target.Block.Length);
            else Assert.NotNull(target.Refusal);
            Assert.Equal(
                new ShardPlan(_job.Data.Streams, _job.Training.Shards).RowsOf(new ShardRange(1, 2)).Count * _job.Model.StateWidth,
                _inbox.Accept(State(7, new ShardRange(1, 2)) with { Total = total, Length = 0 }).Block.Length);
        }
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(-1024)]
    public void States_do_not_come_in_parts(int first)
    {
        var frame = State(7, new ShardRange(1, 2));
        Assert.NotNull(_inbox.Accept(frame with { Transfer = frame.Transfer with { First = first } }).Refusal);
    }

    /// <summary>Sums of any nodes of the tree, in any order, overlapping as they like: an answer is
    /// held back exactly as long as a shard of it is in none of them.</summary>
    [Fact]
    public void An_answer_is_there_when_every_shard_of_it_is() =>
        (from first in Gen.Int[0, 3]
         from count in Gen.Int[1, 4 - first]
         from arrivals in Gen.Shuffle(Nodes(new ShardRange(0, 4)).ToArray(), 0, 7)
         select (new ShardRange(first, count), arrivals)).Sample(sample =>
         {
             var (asked, arrivals) = sample;
             var inbox = new GradientInbox(_job, [], ActorRefs.Nobody);
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

    private static int Pages(TrainingJob job) => (job.Model.Layout.Length + FrameDescription.PageLength - 1) / FrameDescription.PageLength;

    /// <param name="cut">Whether a part ends with a page, for all pages but the last.</param>
    private static (int First, int Length)[] Parts(TrainingJob job, bool[] cut)
    {
        int[] ends = [0, .. Enumerable.Range(1, cut.Length).Where(page => cut[page - 1]).Select(page => page * FrameDescription.PageLength),
            job.Model.Layout.Length];
        return [.. ends.Zip(ends.Skip(1), (first, end) => (first, end - first))];
    }

    private Frame Gradient(long step, ShardRange shards) => Gradient(step, shards, 0, _job.Model.Layout.Length);

    private static Frame Gradient(long step, ShardRange shards, int first, long length) =>
        new(new FrameDescription(FrameKind.Gradient, default, Step: step, Shards: shards, First: first), 0, (int)(length * sizeof(float)),
            length * sizeof(float));

    /// <summary>What an aggregator was told since it was asked last.</summary>
    private List<GradientPart> Told()
    {
        _aggregator.Tell("no more");
        List<GradientPart> told = [];
        while (_aggregator.ExpectMsg<object>() is GradientPart part) told.Add(part);
        return told;
    }

    private static Frame State(long step, ShardRange shards) => new(new FrameDescription(FrameKind.State, default, Step: step, Shards: shards), 0, 4, 4);
}
