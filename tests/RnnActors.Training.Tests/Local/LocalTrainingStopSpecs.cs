using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Training.Tests.Local;

public class LocalTrainingStopSpecs
{
    [Theory]
    [InlineData("lstm", 1)]
    [InlineData("lstm", 4)]
    [InlineData("streams", 5)]
    public async Task A_cancelled_run_ends_between_two_steps_with_a_checkpoint_and_can_go_on(string kind, int stopAfter)
    {
        var key = AnswerKey.Of(AnswerKey.Create(kind));
        using var cancellation = new CancellationTokenSource();
        var sink = new ObservedSink();
        var outcome = await LocalRun.Start(
            AnswerKey.Create(kind), workers: 2, sink,
            happened =>
            {
                if (happened is StepDone step && step.Progress.Step == stopAfter) cancellation.Cancel();
            },
            cancellation: cancellation.Token);
        Assert.False(outcome.IsComplete);
        Assert.InRange(outcome.State.Progress.Step, stopAfter, stopAfter + 1);
        SameState.Assert(outcome.State, sink.Saved[^1].State);
        SameState.Assert(key.State, (await LocalRun.Start(AnswerKey.Create(kind) with { Start = sink.Saved[^1].State }, workers: 3)).State);
    }

    [Fact]
    public async Task A_run_that_is_cancelled_before_it_begins_does_nothing_but_a_checkpoint()
    {
        var sink = new ObservedSink();
        var job = AnswerKey.Create("lstm");
        var outcome = await LocalRun.Start(job, workers: 2, sink, cancellation: new CancellationToken(canceled: true));
        Assert.False(outcome.IsComplete);
        Assert.True(outcome.State.Progress.Step <= 1);
        SameState.Assert(outcome.State, Assert.Single(sink.Saved).State);
    }

    [Fact]
    public async Task A_cancelled_run_whose_disk_is_behind_still_writes_its_last_checkpoint()
    {
        using var cancellation = new CancellationTokenSource();
        using var disk = new Gate();
        var sink = new ObservedSink(_ => disk.Wait());
        List<TrainingEvent> told = [];
        var outcome = await LocalRun.Start(
            AnswerKey.Create("lstm", epochs: 9) with { CheckpointEverySteps = 1, Validation = null }, workers: 2, sink,
            happened =>
            {
                told.Add(happened);
                if (happened is CheckpointNotSaved) cancellation.Cancel();
                if (happened is StepDone && cancellation.IsCancellationRequested) disk.Set();
            },
            cancellation: cancellation.Token);
        Assert.Contains(told.OfType<CheckpointNotSaved>(), skipped => skipped.Reason.Contains("busy", StringComparison.Ordinal));
        Assert.False(outcome.IsComplete);
        SameState.Assert(outcome.State, sink.Saved[^1].State);
    }
}
