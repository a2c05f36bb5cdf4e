using System.Diagnostics;
using RnnActors.Core.Sharding;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Tests;
using RnnActors.Training.Files;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Tests.Local;
using Xunit;

namespace RnnActors.Training.Tests.Telemetry;

/// <summary>What a run tells of itself as activities.</summary>
[Collection(HeardActivities.Collection)]
public class TrainingActivitiesSpecs
{
    [Fact]
    public async Task A_run_is_a_tree_of_steps_shards_sums_and_checkpoints_and_has_the_bits_of_one_without()
    {
        var key = AnswerKey.Of(AnswerKey.Create("lstm"));
        using var heard = new HeardActivities();
        var outcome = await LocalRun.Start(AnswerKey.Create("lstm"), workers: 2, new ObservedSink());

        SameState.Assert(key.State, outcome.State);
        var run = Assert.Single(heard.Below(heard.Caller));
        Assert.Equal(("run", ActivityStatusCode.Unset), (run.OperationName, run.Status));
        var parts = heard.Below(run).ToLookup(part => part.OperationName);
        Assert.Equal(["step", "validation", "write checkpoint"], parts.Select(of => of.Key).Order());
        Assert.Equal(Enumerable.Range(0, (int)outcome.State.Progress.Step), parts["step"].Select(step => (int)(long)step.GetTagItem("rnnactors.step")!));
        Assert.Equal(key.Told.OfType<StepDone>().Select(step => step.Loss), parts["step"].Select(step => (double)step.GetTagItem("rnnactors.loss")!));
        Assert.Equal([3L, 6L], parts["write checkpoint"].Select(written => written.GetTagItem("rnnactors.step")));
        int shards = AnswerKey.Create("lstm").Training.Shards;
        foreach (var step in parts["step"])
        {
            var below = heard.Below(step).ToLookup(part => part.OperationName);
            Assert.Equal(["compute shards", "sum gradients", "update parameters"], below.Select(of => of.Key).Order());
            Assert.Equal(shards, below["compute shards"].Sum(part => (int)part.GetTagItem("rnnactors.shards")!));
            Assert.All(heard.Below(step), part => Assert.True(part.StartTimeUtc >= step.StartTimeUtc && part.Duration <= step.Duration));
        }

        Assert.All(parts["validation"], validation => Assert.Equal(
            AnswerKey.Create("lstm").Training.Shards,
            heard.Below(validation).Where(part => part.OperationName == "evaluate shards").Sum(part => (int)part.GetTagItem("rnnactors.shards")!)));
    }

    [Fact]
    public async Task A_disk_that_fails_is_an_error_of_the_checkpoint_and_not_of_the_run()
    {
        using var heard = new HeardActivities();
        await LocalRun.Start(AnswerKey.Create("lstm"), workers: 1, new ObservedSink(_ => throw new IOException("the disk is full")));

        var run = Assert.Single(heard.Below(heard.Caller));
        Assert.Equal(ActivityStatusCode.Unset, run.Status);
        Assert.All(heard.Below(run).Where(part => part.OperationName == "write checkpoint"), written =>
        {
            Assert.Equal((ActivityStatusCode.Error, "the disk is full"), (written.Status, written.StatusDescription));
            Assert.Equal("System.IO.IOException", written.GetTagItem("error.type"));
        });
    }

    [Fact]
    public async Task A_run_that_fails_is_an_error()
    {
        using var heard = new HeardActivities();
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => LocalRun.Start(AnswerKey.Create("lstm"), workers: 1, new ObservedSink(_ => throw new InvalidOperationException("a mistake"))));
        var run = Assert.Single(heard.Below(heard.Caller));
        Assert.Equal((ActivityStatusCode.Error, "a mistake"), (run.Status, run.StatusDescription));
    }

    [Fact]
    public void A_node_in_another_process_goes_on_where_the_order_says()
    {
        using var heard = new HeardActivities();
        var here = RunTrace.Begin("7f", "a:4053", TrainingProgress.Start, heard.Caller.Context)!;
        here.BeginStep(TrainingProgress.Start);
        var there = RunTrace.Join("7f", "b:4053")!;
        there.IsAt(0, here.ContextOf(0));
        TrainingActivities.End(there.BeginPart("compute shards", 0, new ShardRange(2, 3), 1));
        here.Observe(new StepDone(TrainingProgress.Start, 0.5, 1, 1, 1));
        Assert.Null(here.ContextOf(0));
        here.End(null);

        var (part, step) = (heard.All[0], heard.All[1]);
        Assert.Equal((step.SpanId, "step"), (part.ParentSpanId, step.OperationName));
        Assert.True(part.HasRemoteParent);
        Assert.Equal(("7f", "b:4053", 2, 3, 1), (part.GetTagItem("rnnactors.run.id"), part.GetTagItem("rnnactors.node"),
            part.GetTagItem("rnnactors.shard.first"), part.GetTagItem("rnnactors.shards"), part.GetTagItem("rnnactors.worker")));
    }

    [Fact]
    public void What_a_run_waited_for_and_the_files_that_it_needs_are_parts_of_it()
    {
        ContentHash train = new(17), checkpoint = new(18), nobodys = new(19);
        using var heard = new HeardActivities(ofAll: true);
        var queue = new QueueTrace();
        queue.Observe([("7f", [train.ToString()]), ("8e", [])], []);
        TrainingActivities.End(TrainingActivities.BeginFile("receive file", train, 100));
        queue.Observe([("8e", [])], ["7f"]);
        var begun = queue.Take("7f")!;
        var here = RunTrace.Begin("7f", "a:4053", TrainingProgress.Start, caller: default, begun)!;
        RunTrace.Join("7f", "b:4053", here.Context, checkpoint.ToString(), null);
        TrainingActivities.End(TrainingActivities.BeginFile("receive file", checkpoint, 100));
        TrainingActivities.End(TrainingActivities.BeginFile("send file", nobodys, 100));
        queue.Observe([], ["7f"]); // the other one is cancelled
        here.End(null);

        var run = Assert.Single(heard.All, activity => activity.OperationName == "run" && (string?)activity.GetTagItem("rnnactors.run.id") == "7f");
        Assert.Equal(["receive file", "wait in queue", "receive file"], heard.Below(run).Select(part => part.OperationName));
        Assert.Equal("a:4053", run.GetTagItem("rnnactors.node"));
        Assert.Equal(default, Assert.Single(heard.All, activity => (string?)activity.GetTagItem("rnnactors.file") == nobodys.ToString()).ParentSpanId);
        var other = Assert.Single(heard.All, activity => activity.OperationName == "run" && (string?)activity.GetTagItem("rnnactors.run.id") == "8e");
        Assert.Equal("wait in queue", Assert.Single(heard.Below(other)).OperationName);
        Assert.False(queue.Take("7f") is not null || queue.Take("8e") is not null);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-0-0-00")]
    public void A_context_that_is_none_costs_the_parent_alone(string? context)
    {
        using var heard = new HeardActivities();
        var there = RunTrace.Join("7f", "b:4053")!;
        there.IsAt(0, context);
        TrainingActivities.End(there.BeginPart("compute shards", 0, new ShardRange(0, 1), 0));
        Assert.DoesNotContain(heard.All, activity => activity.TraceId == heard.Caller.TraceId);
    }

    [Fact]
    public void Where_nobody_listens_nothing_begins_and_nothing_is_allocated()
    {
        Assert.Null(RunTrace.Begin("7f", "a:4053", TrainingProgress.Start, caller: default));
        Assert.Null(RunTrace.Join("7f", "b:4053"));
        bool isHeard = false;
        Allocations.AssertNone(() =>
        {
            var activity = TrainingActivities.Begin("step");
            isHeard |= activity is not null;
            TrainingActivities.End(activity);
        });
        Assert.False(isHeard);
    }

    [Fact]
    public void Actors_see_no_activity_as_the_present_one()
    {
        using var heard = new HeardActivities();
        var run = TrainingActivities.Begin("run", heard.Caller.Context)!;
        Assert.Same(heard.Caller, Activity.Current);
        TrainingActivities.End(run);
        Assert.Same(heard.Caller, Activity.Current);
    }
}
