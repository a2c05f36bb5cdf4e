using Akka.Actor;
using Akka.TestKit.Xunit2;
using CsCheck;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Remote;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

public class StepInboxTests : TestKit
{
    private static readonly ShardRange First = new(0, 1), Second = new(1, 1);

    /// <summary>Of several pages of parameters.</summary>
    private static readonly TrainingJob Long = AnswerKey.Create("segments");

    private readonly TrainingJob _job = AnswerKey.Create("streams");
    private readonly StepInbox _inbox;

    public StepInboxTests() => _inbox = new StepInbox(_job, TestActor);

    [Fact]
    public void States_are_there_when_those_of_every_shard_have_come_and_not_before()
    {
        Assert.False(_inbox.TryGetStates(3, [First], out _));
        Arrive(3, First, 1);
        Assert.True(_inbox.TryGetStates(3, [First], out _));
        Assert.False(_inbox.TryGetStates(3, [First, Second], out _));
        Arrive(3, Second, 2);
        Assert.True(_inbox.TryGetStates(3, [First, Second], out var states));
        Assert.Equal(_job.Data.Streams * _job.Model.StateWidth, states.Length);
        Assert.All(states.Span[..Length(First)].ToArray(), value => Assert.Equal(1, value));
        Assert.All(states.Span.Slice(Length(First), Length(Second)).ToArray(), value => Assert.Equal(2, value));
        Assert.False(_inbox.TryGetStates(4, [First], out _));
        Assert.False(_inbox.TryGetStates(3, [new ShardRange(0, 2)], out _)); // they came under another name
    }

    [Fact]
    public void Parameters_are_told_once_and_those_of_a_step_that_is_over_never()
    {
        Fill(Parameters(5), 5);
        var told = ExpectMsg<StepInbox.ParametersArrived>();
        Assert.Equal((5, 1), (told.Version, told.Parts));
        Assert.All(told.Parameters.Span.ToArray(), value => Assert.Equal(5, value));
        foreach (long over in new long[] { 5, 4, 0, -1, long.MinValue })
        {
            Assert.True(_inbox.Accept(Parameters(over)).IsDiscarded);
            _inbox.Received(Parameters(over));
        }

        // Those of the next step come into other memory: the step before is still computed.
        Fill(Parameters(6), 6);
        Assert.Equal(6, ExpectMsg<StepInbox.ParametersArrived>().Version);
        Assert.All(told.Parameters.Span.ToArray(), value => Assert.Equal(5, value));
        ExpectNoMsg(0);
    }

    [Fact]
    public void A_step_is_not_told_before_its_last_frame_nor_when_another_began_between()
    {
        var whole = Parameters(5);
        var (head, tail) = (whole with { Length = 4 }, whole with { Offset = 4, Length = whole.Length - 4 });
        Assert.Equal(_job.Model.Layout.Length, _inbox.Accept(head).Block.Length);
        _inbox.Received(head);
        ExpectNoMsg(0);
        Fill(Parameters(6), 6);
        ExpectMsg<StepInbox.ParametersArrived>(told => told.Version == 6);
        Assert.True(_inbox.Accept(tail).IsDiscarded);
        _inbox.Received(tail);
        ExpectNoMsg(0);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 0)]
    [InlineData(0, -1)]
    [InlineData(1, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(int.MinValue, int.MaxValue)]
    [InlineData(4, 1)]
    [InlineData(3, 2)]
    public void States_of_shards_that_the_run_does_not_have_end_the_channel(int first, int count)
    {
        Assert.Equal(4, _job.Training.Shards);
        Assert.NotNull(_inbox.Accept(State(3, new ShardRange(first, count), 4)).Refusal);
        _inbox.Accept(State(3, First, Length(First)));
    }

    [Fact]
    public void Gradients_and_states_where_none_are_carried_end_the_channel()
    {
        Assert.NotNull(_inbox.Accept(new Frame(new FrameDescription(FrameKind.Gradient, default, Step: 3, Shards: First), 0, 4, 4)).Refusal);
        Assert.NotNull(new StepInbox(AnswerKey.Create("lstm"), TestActor).Accept(State(3, First, 4)).Refusal);
    }

    /// <summary>The channel ends where the length of the memory is not that of the frame.</summary>
    [Fact]
    public void Memory_is_never_beyond_the_run_s_whatever_the_frame_says()
    {
        int length = _job.Model.Layout.Length;
        foreach (long total in new[] { 0, 4, (4 * length) + 4, 1L << 40, long.MaxValue, -4 })
        {
            var target = _inbox.Accept(Parameters(9) with { Total = total, Length = 0 });
            if (total == 4) Assert.Equal(1, target.Block.Length);
            else Assert.NotNull(target.Refusal);
            Assert.Equal(Length(Second), _inbox.Accept(State(9, Second, 0) with { Total = total }).Block.Length);
        }
    }

    [Theory]
    [ClassData(typeof(HostileParts))]
    public void A_part_that_is_none_of_the_vector_ends_the_channel_whatever_its_step(int first, long length)
    {
        Assert.True(Long.Model.Layout.Length > 2048);
        var inbox = new StepInbox(Long, TestActor);
        foreach (long step in new[] { 5, 4, 6, -1 })
        {
            Assert.NotNull(inbox.Accept(Part(step, 0, first, length)).Refusal);
            inbox.Accept(Part(5, 0, 0, 1024));
        }
    }

    /// <summary>An order waits for the first so many parts; what is missing among them is not made up for by what comes twice or too early.</summary>
    [Fact]
    public void Parts_count_up_to_the_first_that_is_missing_and_each_but_once() =>
        (from parts in Gen.Int[1, 6]
         from order in Gen.Shuffle(Enumerable.Range(0, parts).Concat(Enumerable.Range(0, parts)).ToArray())
         select order).Sample(
            order =>
            {
                var inbox = new StepInbox(Long, TestActor);
                for (long step = 5; step <= 6; step++)
                {
                    HashSet<int> here = [];
                    foreach (int number in order)
                    {
                        var frame = Part(step, number, number * 1024, 1024);
                        var (target, isNew) = (inbox.Accept(frame), here.Add(number));
                        Assert.Null(target.Refusal);
                        Assert.Equal(isNew, !target.IsDiscarded);
                        target.Block.Span.Fill(step + number);
                        inbox.Received(frame);
                        if (!isNew) continue;
                        var told = ExpectMsg<StepInbox.ParametersArrived>();
                        Assert.Equal((step, Enumerable.Range(0, here.Count + 1).First(part => !here.Contains(part))), (told.Version, told.Parts));
                        foreach (int part in here)
                            Assert.DoesNotContain(told.Parameters.Span.Slice(part * 1024, 1024).ToArray(), value => value != step + part);
                    }
                }
            },
            iter: 50, threads: 1);

    [Theory]
    [InlineData(0, 1024, false)]
    [InlineData(0, 1024, true)]
    [InlineData(1024, 1023, false)]
    [InlineData(1024, 1025, true)]
    [InlineData(2048, 1024, true)]
    public void Another_part_under_a_number_that_is_taken_ends_the_channel(int first, int length, bool isHere)
    {
        var inbox = new StepInbox(Long, TestActor);
        inbox.Accept(Part(5, 1, 1024, 1024));
        if (isHere) inbox.Received(Part(5, 1, 1024, 1024));
        Assert.NotNull(inbox.Accept(Part(5, 1, first, length)).Refusal);

        // Under another number it may bring what is there already, as it may in another step.
        Assert.Equal(length, inbox.Accept(Part(5, 2, first, length)).Block.Length);
        Assert.Equal(length, inbox.Accept(Part(6, 1, first, length)).Block.Length);
    }

    [Fact]
    public void Parts_without_end_end_the_channel()
    {
        var inbox = new StepInbox(Long, ActorRefs.Nobody);
        int max = 0;
        while (inbox.Accept(Part(5, max, 0, 1)).Refusal is null) Assert.InRange(++max, 1, 1 << 20);
        Assert.Null(inbox.Accept(Part(6, max, 0, 1)).Refusal);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(-1024)]
    public void States_do_not_come_in_parts(int first)
    {
        var frame = State(3, First, Length(First));
        Assert.NotNull(_inbox.Accept(frame with { Transfer = frame.Transfer with { First = first } }).Refusal);
    }

    [Fact]
    public void States_that_overlap_are_each_whole_by_themselves_and_a_later_step_forgets_them()
    {
        var both = new ShardRange(0, 2);
        Arrive(3, both, 1);
        Arrive(3, First, 2);
        Assert.True(_inbox.TryGetStates(3, [both], out _));
        Assert.True(_inbox.TryGetStates(3, [First], out _));
        Assert.False(_inbox.TryGetStates(3, [Second], out _));
        Assert.True(_inbox.Accept(State(3, both, Length(both))).IsDiscarded);
        Arrive(4, Second, 3);
        Assert.False(_inbox.TryGetStates(4, [First], out _));
        Assert.True(_inbox.Accept(State(3, Second, Length(Second))).IsDiscarded);
        _inbox.Received(State(3, First, Length(First)));
        Assert.False(_inbox.TryGetStates(4, [First], out _));
    }

    private void Arrive(long step, ShardRange shards, float value) => Fill(State(step, shards, Length(shards)), value);

    private void Fill(Frame frame, float value)
    {
        var target = _inbox.Accept(frame);
        Assert.Null(target.Refusal);
        target.Block.Span.Fill(value);
        _inbox.Received(frame);
    }

    private int Length(ShardRange shards) => new ShardPlan(_job.Data.Streams, _job.Training.Shards).RowsOf(shards).Count * _job.Model.StateWidth;

    private Frame Parameters(long step) => Part(step, 0, 0, _job.Model.Layout.Length);

    private static Frame Part(long step, int number, int first, long length) =>
        new(new FrameDescription(FrameKind.Parameters, default, Step: step, First: first, Part: number), 0, (int)(length * sizeof(float)),
            length * sizeof(float));

    private static Frame State(long step, ShardRange shards, int floats) =>
        new(new FrameDescription(FrameKind.State, default, Step: step, Shards: shards), 0, floats * sizeof(float), floats * sizeof(float));
}
