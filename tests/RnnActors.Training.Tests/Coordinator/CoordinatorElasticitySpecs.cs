using Akka.Actor;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

/// <summary>The coordinator's actor among nodes that are probes: the test computes what it likes,
/// when it likes, and the clock goes when the test says so.</summary>
public class CoordinatorElasticitySpecs : VirtualTimeKit
{
    private readonly TrainingJob _job = AnswerKey.Create("streams", epochs: 6) with { Validation = null };
    private readonly TaskCompletionSource<TrainingOutcome> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TrainingEvent> _told = [];
    private readonly IActorRef _coordinator;

    public CoordinatorElasticitySpecs() =>
        _coordinator = Sys.ActorOf(CoordinatorActor.Props(new CoordinatorSettings(_job, 1, null, _told.Add), _completion));

    [Fact]
    public async Task What_a_lost_node_had_not_delivered_is_given_to_the_others_in_the_same_step()
    {
        var (first, second, own) = Begin();
        var lost = second.Expect();
        Sys.Stop(second.Probe.Ref);
        var again = first.Expect();
        Assert.Equal(lost.Step, again.Step);
        Assert.Equal(lost.Orders.Select(order => order.Shards), again.Orders.Select(order => order.Shards));
        Assert.All(again.Orders, order => Assert.True(order.Attempt > 0));
        first.Compute(own);
        first.Compute(again);
        await Finish(first);
        Assert.Equal(new WorkersLost("second", 1, "it ended"), Assert.Single(_told.OfType<WorkersLost>()));
    }

    [Fact]
    public void A_team_is_given_more_from_its_first_step_on_than_a_thread_is()
    {
        var job = TestJobs.CreateForTeams("lstm") with { Validation = null };
        var coordinator = Sys.ActorOf(CoordinatorActor.Props(new CoordinatorSettings(job, 1, null, _told.Add), _completion));
        var team = new PlayedNode(CreateTestProbe(), coordinator, job, "team", threads: 2);
        var first = team.Expect();
        var thread = new PlayedNode(CreateTestProbe(), coordinator, job, "thread");
        team.Compute(first);
        Assert.Equal((3, 1), (Count(team.Expect()), Count(thread.Expect())));

        static int Count(ComputeShards work) => Assert.Single(work.Orders).Shards.Count;
    }

    [Fact]
    public async Task When_the_deadline_passes_the_shards_are_given_out_again_and_the_first_answer_wins()
    {
        var (first, second, own) = Begin();
        var late = second.Expect();
        first.Compute(own);
        await Settled();
        Advance(TimeSpan.FromSeconds(29));
        await Settled();
        Assert.False(first.Probe.HasMessages);
        Advance(TimeSpan.FromSeconds(1));
        var again = first.Expect();
        Assert.Equal(late.Orders.Select(order => order.Shards), again.Orders.Select(order => order.Shards));
        first.Compute(again);

        // The next step is begun without the one who is late; its answer, and the same answer twice, change nothing, and then it is given work again.
        var next = first.Expect();
        Assert.Equal((late.Step + 1, _job.Training.Shards), (next.Step, next.Orders.Sum(order => order.Shards.Count)));
        second.Compute(late);
        second.Compute(late);
        first.Compute(next);
        var back = second.Expect();
        Assert.Equal(late.Step + 2, back.Step);
        second.Compute(back);
        await Finish(first, second);
        Assert.Equal("second", Assert.Single(_told.OfType<ShardsMoved>()).Node);
    }

    [Fact]
    public async Task A_suspected_node_is_given_nothing_until_it_is_trusted_and_its_answers_count()
    {
        var (first, second, own) = Begin();
        var slow = second.Expect();
        _coordinator.Tell(new NodeSuspected("is unreachable"), second.Probe.Ref);
        var again = first.Expect();
        second.Compute(slow);
        first.Compute(again);
        first.Compute(own);
        var next = first.Expect();
        Assert.Equal(slow.Step + 1, next.Step);
        Assert.Equal(_job.Training.Shards, next.Orders.Sum(order => order.Shards.Count));
        _coordinator.Tell(NodeTrusted.Instance, second.Probe.Ref);
        first.Compute(next);
        await Finish(first, second);
    }

    [Fact]
    public async Task A_node_that_leaves_delivers_what_it_has_and_is_released()
    {
        var (first, second, own) = Begin();
        var last = second.Expect();
        _coordinator.Tell(NodeDraining.Instance, second.Probe.Ref);
        await Settled();
        Assert.False(second.Probe.HasMessages);
        second.Compute(last);
        second.Probe.ExpectMsg<NodeDrained>();
        first.Compute(own);
        await Finish(first);
        Assert.Equal([new WorkersLeft("second", 1)], _told.OfType<WorkersLeft>());
        Assert.Empty(_told.OfType<WorkersLost>());
    }

    [Fact]
    public async Task A_node_that_cannot_take_part_is_told_of_once_for_each_reason_and_may_come_again()
    {
        var probe = CreateTestProbe();
        foreach (string reason in (string[])["full", "full", "torn"])
        {
            _coordinator.Tell(new NodeJoined(2, "second"), probe.Ref);
            probe.ExpectMsg<PrepareRun>();
            _coordinator.Tell(new NodeUnable(reason), probe.Ref);
        }

        var first = Join("first");
        var alone = first.Expect();
        Assert.Equal(_job.Training.Shards, alone.Orders.Sum(order => order.Shards.Count));
        var second = Join("second");
        first.Compute(alone);
        await Finish(first, second);
        Assert.Equal(
            [new WorkersUnable("second", "full"), new WorkersUnable("second", "torn"), new WorkersJoined("first", 1), new WorkersJoined("second", 1)],
            _told.Where(told => told is not (StepDone or EpochDone)));
    }

    [Fact]
    public async Task A_node_of_more_workers_than_shards_counts_for_as_many_as_there_are_shards()
    {
        var probe = CreateTestProbe();
        _coordinator.Tell(new NodeJoined(_job.Training.Shards + 3, "large"), probe.Ref);
        probe.ExpectMsg<PrepareRun>();
        var first = Join("first");
        _coordinator.Tell(NodePrepared.Instance, probe.Ref);
        var alone = first.Expect();
        Assert.Equal(_job.Training.Shards, alone.Orders[0].Worker.Number);
        first.Compute(alone);
        probe.Ref.Tell(PoisonPill.Instance);
        await Finish(first);
        Assert.Contains(new WorkersJoined("large", _job.Training.Shards), _told);
    }

    [Fact]
    public async Task Without_workers_training_waits_within_its_step_and_the_next_one_begins_with_its_parameters()
    {
        var first = Join("first");
        var lost = first.Expect();
        _coordinator.Tell(new NodeLost("its channel broke"), first.Probe.Ref);
        var second = Join("second");
        var again = second.Expect();
        Assert.Equal(lost.Step, again.Step);
        second.Compute(again);
        await Finish(second);
        Assert.Equal(
            [new WorkersJoined("first", 1), new WorkersLost("first", 1, "its channel broke"), new TrainingPaused(0), new WorkersJoined("second", 1),
                new TrainingContinued(0)],
            _told.Where(told => told is not (StepDone or EpochDone)));
    }

    /// <summary>Two nodes in the second step, of which the first one has its work in hand; the first step was its alone.</summary>
    private (PlayedNode First, PlayedNode Second, ComputeShards Own) Begin()
    {
        var first = Join("first");
        var alone = first.Expect();
        var second = Join("second");
        first.Compute(alone);
        return (first, second, first.Expect());
    }

    /// <summary>When the coordinator has dealt with everything that it was told.</summary>
    private async Task Settled() => await _coordinator.Ask<ActorIdentity>(new Identify(0));

    private PlayedNode Join(string name) => new(CreateTestProbe(), _coordinator, _job, name);

    /// <summary>The nodes do what they are given to the end, which has the bits of the one-thread trainer.</summary>
    private async Task Finish(params PlayedNode[] nodes)
    {
        while (!_completion.Task.IsCompleted)
            foreach (var node in nodes) node.WorkOn();
        var outcome = await _completion.Task;
        SameState.Assert(AnswerKey.Of(AnswerKey.Create("streams", epochs: 6) with { Validation = null }).State, outcome.State);
    }
}
