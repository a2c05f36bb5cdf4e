using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Protocol;
using RnnActors.Training.Threads;
using RnnActors.Training.Worker;
using Xunit;

namespace RnnActors.Training.Tests.Worker;

/// <summary>The test plays the coordinator, a probe the aggregator.</summary>
public class WorkerNodeSpecs : TestKit
{
    private readonly TrainingJob _job = AnswerKey.Create("lstm");
    private readonly AlignedBuffer _parameters;
    private readonly TestProbe _aggregator;

    public WorkerNodeSpecs()
        : base(ActorSystemConfiguration.Local())
    {
        _parameters = _job.Model.CreateParameters(1);
        _aggregator = CreateTestProbe();
    }

    [Fact]
    public void A_node_offers_its_workers_and_computes_what_they_are_given()
    {
        var node = Begin(_job, workers: 3);
        node.Tell(Order(worker: 2, new ShardRange(1, 3)), TestActor);
        var partials = _aggregator.ReceiveN(2).Cast<GradientPart>().ToArray();
        Assert.Equal([new(1, 1), new(2, 2)], partials.Select(partial => partial.TreeNode));
        AssertRight(partials);
        var computed = ExpectMsg<ShardsComputed>();
        Assert.Equal((new ShardOrder(new WorkerId(2), new ShardRange(1, 3), 0), 0L), (computed.Order, computed.Step));
        Assert.Equal([new(1, 1), new(2, 2)], computed.Losses.Select(of => of.TreeNode));
    }

    /// <summary>Each is a thread, and a machine of many processors may serve runs of few shards.</summary>
    [Fact]
    public void Of_more_workers_than_shards_a_node_makes_as_many_as_there_are_shards()
    {
        int shards = _job.Training.Shards;
        var node = Begin(_job, workers: shards + 3);
        for (int worker = 0; worker <= shards; worker++)
        {
            Sys.ActorSelection(node.Path / $"worker-{worker}").Tell(new Identify(worker), TestActor);
            Assert.Equal(worker < shards, ExpectMsg<ActorIdentity>().Subject is not null);
        }
    }

    [Fact]
    public void Where_its_threads_make_up_teams_a_node_has_a_worker_for_each_of_them()
    {
        var node = Begin(TestJobs.CreateForTeams("lstm"), workers: 4);
        for (int worker = 0; worker <= 2; worker++)
        {
            Sys.ActorSelection(node.Path / $"worker-{worker}").Tell(new Identify(worker), TestActor);
            Assert.Equal(worker < 2, ExpectMsg<ActorIdentity>().Subject is not null);
        }
    }

    [Fact]
    public void A_worker_that_crashes_tells_what_is_lost_and_works_on_with_the_same_bits()
    {
        var node = Begin(_job with { Data = new ObservedDataset(_job.Data, (read, _) => read is 1 or 2 or 4) }, workers: 2);
        var order = Order(worker: 1, new ShardRange(2, 2));
        for (int crash = 0; crash < 2; crash++)
        {
            node.Tell(order, TestActor);
            Assert.Equal(new ShardsLost(0, order.Orders[0], $"read {crash + 1} failed"), ExpectMsg<ShardsLost>());
        }

        node.Tell(order, TestActor);
        ExpectMsg<ShardsComputed>();
        AssertRight(_aggregator.ExpectMsg<GradientPart>());

        // The other worker knows nothing of it, and the crashed one can crash again.
        node.Tell(Order(worker: 1, new ShardRange(0, 1)), TestActor);
        ExpectMsg<ShardsLost>();
        node.Tell(Order(worker: 0, new ShardRange(0, 1)), TestActor);
        Assert.Equal(new WorkerId(0), ExpectMsg<ShardsComputed>().Order.Worker);
        AssertRight(_aggregator.ExpectMsg<GradientPart>());
    }

    [Fact]
    public void A_validation_that_crashes_is_lost_and_can_be_given_again()
    {
        var node = Begin(_job with { Validation = new ObservedDataset(_job.Validation!, (read, _) => read == 2) }, workers: 1);
        var order = new EvaluateShards(3, [new ShardOrder(new WorkerId(0), new ShardRange(1, 2), 0)]);
        node.Tell(order, TestActor);
        Assert.Equal(new ShardsLost(3, order.Orders[0], "read 2 failed"), ExpectMsg<ShardsLost>());
        node.Tell(order, TestActor);
        var evaluation = new Evaluation(_job.Model, _job.Training, _job.Validation!);
        evaluation.Prepare(_parameters.Memory);
        ExpectMsg<ShardsEvaluated>(evaluated => Assert.Equal([evaluation.Evaluate(1), evaluation.Evaluate(2)], evaluated.Losses));
    }

    /// <summary>The workers of the coordinator's process are its parts in several runs.</summary>
    [Fact]
    public void A_node_that_finds_no_memory_beside_other_runs_says_so_and_offers_itself_again_when_they_give_it_back()
    {
        var memory = new MemoryBeside();
        object other = new();
        memory.Take(other, long.MaxValue / 4);
        var joined = new NodeJoined(2, "name", Process: "process");
        var node = Sys.ActorOf(WorkerNode.Props(2, TestActor, "name", process: "process", memory: memory));
        ExpectMsg(joined);
        node.Tell(new PrepareRun(_job, [_aggregator.Ref], 0), TestActor);
        var unable = ExpectMsg<NodeUnable>();
        Assert.True(unable.IsOutOfMemory);
        Assert.Contains("of which runs take at least", unable.Reason, StringComparison.Ordinal);

        memory.Return(other);
        ExpectMsg(joined);
        node.Tell(new PrepareRun(_job, [_aggregator.Ref], 0), TestActor);
        ExpectMsg<NodePrepared>();
        Assert.Equal(new MemoryPlan(2).MinBytes(_job, isRemote: false), memory.Of(other));
        Sys.Stop(Watch(node));
        ExpectTerminated(node);
        Assert.Equal(0, memory.Of(other));
    }

    [Fact]
    public void A_node_takes_part_with_as_many_threads_as_fit_beside_other_runs()
    {
        var memory = new MemoryBeside();
        object other = new();
        memory.Take(other, ProcessMemory.Limit - new MemoryPlan(1).MinBytes(_job, isRemote: false));
        var node = Sys.ActorOf(WorkerNode.Props(2, TestActor, memory: memory));
        ExpectMsg(new NodeJoined(2));
        node.Tell(new PrepareRun(_job, [_aggregator.Ref], 0), TestActor);
        Assert.False(ExpectMsg<NodeUnable>().IsOutOfMemory);
        ExpectMsg(new NodeJoined(1));
        node.Tell(new PrepareRun(_job, [_aggregator.Ref], 0), TestActor);
        ExpectMsg<NodePrepared>();
        Assert.Equal(new MemoryPlan(1).MinBytes(_job, isRemote: false), memory.Of(other));
    }

    private IActorRef Begin(TrainingJob job, int workers)
    {
        var node = Sys.ActorOf(WorkerNode.Props(workers, TestActor));
        ExpectMsg(new NodeJoined(workers));
        node.Tell(new PrepareRun(job, [_aggregator.Ref], 0), TestActor);
        ExpectMsg<NodePrepared>();
        node.Tell(new ParametersPublished(0, _parameters), TestActor);
        return node;
    }

    private ComputeShards Order(int worker, ShardRange shards) =>
        new(0, _job.CreatePlan().NextRows(TrainingProgress.Start), default, [new ShardOrder(new WorkerId(worker), shards, 0)]);

    private void AssertRight(params GradientPart[] partials)
    {
        foreach (var partial in partials)
        {
            var computation = new ShardComputation(_job.Model, _job.Training, _job.Data, partial.TreeNode.Count);
            computation.Prepare(_parameters.Memory);
            var gradient = new GradientBuffer(_parameters.Length);
            computation.Compute(
                new ShardStep(0, _job.CreatePlan().NextRows(TrainingProgress.Start), partial.TreeNode, default), [partial.TreeNode], [gradient], []);
            Assert.Equal(0, partial.Step);
            SameBits.Assert(gradient.Span, partial.Gradient.Span);
        }
    }
}
