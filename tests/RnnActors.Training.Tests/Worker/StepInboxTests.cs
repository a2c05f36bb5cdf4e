using Akka.Actor;
using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Transfer;
using RnnActors.Training.Worker;
using Xunit;

namespace RnnActors.Training.Tests.Worker;

public class StepInboxTests
{
    private static readonly ShardRange First = new(0, 1), Second = new(1, 1);

    private readonly TrainingJob _job = AnswerKey.Create("streams");

    [Fact]
    public void States_are_there_when_those_of_every_shard_have_come_and_not_before()
    {
        var inbox = new StepInbox(_job, ActorRefs.Nobody);

        Assert.False(inbox.TryGetStates(3, [First], out _));
        Arrive(inbox, 3, First);
        Assert.True(inbox.TryGetStates(3, [First], out _));
        Assert.False(inbox.TryGetStates(3, [First, Second], out _));
        Arrive(inbox, 3, Second);
        Assert.True(inbox.TryGetStates(3, [First, Second], out var states));
        Assert.Equal(_job.Data.Streams * _job.Model.StateWidth, states.Length);
        Assert.False(inbox.TryGetStates(4, [First], out _));
    }

    private void Arrive(StepInbox inbox, long step, ShardRange shards)
    {
        int length = new ShardPlan(_job.Data.Streams, _job.Training.Shards).RowsOf(shards).Count * _job.Model.StateWidth * sizeof(float);
        var frame = new Frame(new FrameDescription(FrameKind.State, default, Step: step, Shards: shards), 0, length, length);
        Assert.Null(inbox.Accept(frame).Refusal);
        inbox.Received(frame);
    }
}
