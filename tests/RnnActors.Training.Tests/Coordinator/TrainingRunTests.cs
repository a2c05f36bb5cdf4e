using RnnActors.Core.Sharding;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

public class TrainingRunTests
{
    [Fact]
    public void Shards_are_given_to_the_workers_in_order_as_evenly_as_they_go()
    {
        var decisions = Start(workers: 3, out _);
        Assert.Equal(new Publish(0, 0), decisions[0]);
        Assert.Equal([new(0, 2), new(2, 2), new(4, 1)], Orders(decisions).Select(order => order.Shards));
        Assert.Equal([0, 1, 2], Orders(decisions).Select(order => order.Worker.Number));
        Assert.Single(decisions.OfType<Assign>());
    }

    [Fact]
    public void Workers_beyond_the_shards_stay_idle() => Assert.Equal(5, Orders(Start(workers: 9, out _)).Count);

    [Fact]
    public void A_worker_that_failed_gets_the_same_shards_again_until_they_have_failed_three_times()
    {
        var order = Orders(Start(workers: 2, out var run))[0];
        for (int failure = 1; failure < 3; failure++)
        {
            var decisions = run.ShardsLost(new ShardsLost(0, order, "a bad page")).ToArray();
            Assert.Equal(new Tell(new WorkerRestarted("worker 0", "a bad page")), decisions[0]);
            var again = Assert.Single(Orders(decisions));
            Assert.Equal((order.Worker, order.Shards), (again.Worker, again.Shards));
            Assert.True(again.Attempt > order.Attempt);
            order = again;
        }

        Assert.Equal(new GiveUp(order.Shards, "a bad page"), run.ShardsLost(new ShardsLost(0, order, "a bad page"))[^1]);
        Assert.True(run.IsOver);
        Assert.Empty(run.ShardsLost(new ShardsLost(0, order, "a bad page")));
    }

    [Fact]
    public void Shards_that_fail_on_one_node_go_to_another_and_the_run_ends_when_every_node_has_failed_them()
    {
        var order = Orders(Start(workers: 1, out var run))[0];
        run.NodeJoined(1, "b", [new WorkerId(1)]);
        run.NodeJoined(2, "c", [new WorkerId(2)]);
        var tried = new List<int> { order.Worker.Number };
        for (int failure = 1; failure < 3; failure++)
        {
            order = Orders(run.ShardsLost(new ShardsLost(0, order, "a bad page"))).First(given => given.Shards.First == 0);
            tried.Add(order.Worker.Number);
        }

        Assert.Equal([0, 1, 2], tried.Order());
        Assert.IsType<GiveUp>(run.ShardsLost(new ShardsLost(0, order, "a bad page"))[^1]);
    }

    [Fact]
    public void A_node_that_fails_at_everything_ends_no_run_that_another_can_compute()
    {
        var order = Orders(Start(workers: 1, out var run))[0];
        run.NodeJoined(1, "b", [new WorkerId(1)]);
        run.NodeSuspected(1, "is silent");
        for (int failure = 1; failure <= 3; failure++)
        {
            var decisions = run.ShardsLost(new ShardsLost(0, order, "a bad page"));
            Assert.DoesNotContain(decisions, decision => decision is GiveUp);
            order = Orders(decisions).LastOrDefault();
        }

        Assert.Equal(1, Assert.Single(Orders(run.NodeTrusted(1))).Worker.Number);
    }

    [Fact]
    public void A_node_that_is_out_of_memory_is_set_aside_and_counts_for_no_failure()
    {
        var order = Orders(Start(workers: 1, out var run))[0];
        run.NodeJoined(1, "b", [new WorkerId(1)]);
        var decisions = run.ShardsLost(new ShardsLost(0, order, "it ran out of memory", IsOutOfMemory: true)).ToArray();
        Assert.Contains(new SetAside(0, "it ran out of memory"), decisions);
        Assert.Equal(1, Assert.Single(Orders(decisions)).Worker.Number);
        Assert.DoesNotContain(run.NodeUnable("a", "it ran out of memory", isOutOfMemory: true), decision => decision is GiveUp);
        decisions = [.. run.ShardsLost(new ShardsLost(0, Orders(decisions)[0], "it ran out of memory", IsOutOfMemory: true))];
        Assert.Contains(new Tell(new WorkersUnable("b", "it ran out of memory")), decisions);
        Assert.IsType<GiveUp>(run.NodeUnable("b", "it ran out of memory", isOutOfMemory: true, isLast: true)[^1]);
    }

    [Fact]
    public void Without_a_worker_a_run_waits_and_a_stop_ends_it_where_it_is()
    {
        var job = AnswerKey.Create("lstm");
        var run = new TrainingRun(job, job.CreateState(), segments: 1);
        Assert.Empty(run.NodeJoined(0, null, []));
        Assert.Equal([new Save(IsBest: false, MayBeSkipped: false), new Finish(IsComplete: false)], run.StopRequested());
        Assert.Empty(run.NodeJoined(1, null, [new WorkerId(0)]));
    }

    /// <summary>A state saved when the last batch of an epoch was done and its validation was not.</summary>
    [Fact]
    public void A_stop_before_any_worker_came_does_not_lose_the_validation_that_is_due()
    {
        var job = AnswerKey.Create("lstm");
        var trainer = new Trainer(job);
        TrainingState? due = null;
        trainer.Run(happened =>
        {
            if (happened is StepDone { Progress.Position: 3 }) due ??= trainer.State.Snapshot();
        });
        var stopped = new TrainingRun(job, due!, segments: 1);
        Assert.Equal(new Finish(IsComplete: false), stopped.StopRequested()[^1]);
        var run = new TrainingRun(job, stopped.State, segments: 1);
        var decisions = run.NodeJoined(0, null, [new WorkerId(0)]).ToArray();
        var work = Assert.Single(decisions.OfType<AssignEvaluation>()).Work;
        var answer = new SimulatedWorker(job, stopped.State.Parameters).Evaluate(work.Step, work.Orders[0]);
        decisions = [.. run.ShardsEvaluated(answer, default)];
        Assert.IsType<EpochDone>(Assert.IsType<Tell>(decisions[0]).Event);
    }

    [Fact]
    public void The_last_checkpoint_of_a_run_is_never_one_that_may_be_skipped()
    {
        var job = AnswerKey.Create("lstm") with { CheckpointEverySteps = 1 };
        for (int stopAfter = 0; stopAfter < 60; stopAfter++)
        {
            var run = new SimulatedRun(job, [2], stopAfter);
            run.Run(stopAfter);
            Assert.Equal(run.State.Progress.Step, run.Saves.Last(save => !save.Save.MayBeSkipped).Step);
            Assert.Equal(run.Saves.Count, run.Saves.Distinct().Count());
        }

        var limited = new SimulatedRun(job with { Training = job.Training with { MaxSteps = 4 } }, [2], 1);
        limited.Run();
        Assert.Equal([(1, true), (2, true), (3, false), (4, false)], limited.Saves.Select(save => ((int)save.Step, save.Save.MayBeSkipped)));
    }

    [Fact]
    public void A_loss_that_is_not_a_number_ends_the_run_before_the_update_and_names_the_first_shard()
    {
        Start(workers: 1, out var run);
        double[] norms = [1];
        run.SegmentSummed(new SegmentSummed(0, new Segment(0, 0, run.State.Parameters.Length), norms));
        TreeNodeLoss[] nodes = [new(new ShardRange(0, 4), new(double.NaN, 4, 0), 3), new(new ShardRange(4, 1), new(double.NaN, 1, 0), 4)];
        var decision = Assert.Single(run.ShardsComputed(new ShardsComputed(0, new ShardOrder(new WorkerId(0), new ShardRange(0, 5), 0), nodes, default, 0.1)));
        Assert.Equal(3, Assert.IsType<Diagnose>(decision).Shard);
        Assert.Equal(TrainingProgress.Start, run.State.Progress);
        Assert.True(run.IsOver);
    }

    [Fact]
    public void A_gradient_that_is_not_a_number_ends_the_run_before_the_update()
    {
        Start(workers: 1, out var run);
        TreeNodeLoss[] nodes = [new(new ShardRange(0, 5), new(1, 5, 0), null)];
        Assert.Empty(run.ShardsComputed(new ShardsComputed(0, new ShardOrder(new WorkerId(0), new ShardRange(0, 5), 0), nodes, default, 0.1)));
        double[] norms = [double.PositiveInfinity];
        Assert.Null(Assert.IsType<Diagnose>(Assert.Single(run.SegmentSummed(new SegmentSummed(0, new Segment(0, 0, 1), norms)))).Shard);
    }

    private static List<ShardOrder> Orders(IEnumerable<Decision> decisions) => [.. decisions.OfType<Assign>().SelectMany(assign => assign.Work.Orders)];

    private static Decision[] Start(int workers, out TrainingRun run)
    {
        var job = AnswerKey.Create("lstm");
        run = new TrainingRun(job, job.CreateState(), segments: 1);
        return [.. run.NodeJoined(0, null, [.. Enumerable.Range(0, workers).Select(number => new WorkerId(number))])];
    }
}
