using RnnActors.Core.Checkpoints;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Training.Tests.Local;

public class LocalTrainingCheckpointSpecs
{
    [Fact]
    public async Task Checkpoints_hold_the_states_of_the_one_thread_trainer()
    {
        var job = AnswerKey.Create("lstm") with { CheckpointEverySteps = 2 };
        List<(TrainingState State, bool IsBest)> expected = [];
        new Trainer(job).Run(checkpoint: (state, isBest) => expected.Add((state.Snapshot(), isBest)));
        var sink = new ObservedSink();
        List<TrainingEvent> told = [];
        await LocalRun.Start(AnswerKey.Create("lstm") with { CheckpointEverySteps = 2 }, workers: 2, sink, told.Add);

        // Those in mid-epoch may be left out where the disk is behind.
        Assert.Equal(told.OfType<CheckpointSaved>().Select(saved => saved.Step), sink.Saved.Select(saved => saved.State.Progress.Step));
        Assert.Equal(expected.Count, sink.Saved.Count + told.OfType<CheckpointNotSaved>().Count());
        foreach (var (state, isBest) in sink.Saved)
        {
            var same = expected.Single(of => of.State.Progress == state.Progress);
            Assert.Equal(same.IsBest, isBest);
            SameState.Assert(same.State, state);
        }
    }

    /// <summary>The law through the disk: a file that was written within an epoch says where in it the run was.</summary>
    [Theory]
    [InlineData("lstm", 1)]
    [InlineData("lstm", 5)]
    [InlineData("streams", 2)]
    public async Task A_run_goes_on_from_a_file_of_mid_epoch_to_the_same_bits(string kind, int stopAfter)
    {
        var key = AnswerKey.Of(AnswerKey.Create(kind));
        TrainingJob job = AnswerKey.Create(kind);
        Assert.NotEqual(0, stopAfter % job.CreatePlan().Order.BatchesPerEpoch);
        string folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
        try
        {
            using (var store = new CheckpointStore(folder, keep: 2))
            {
                var sink = new CheckpointSink(store, job.Model, job.Training, new RunIdentity("{}", "{}", ""));
                await LocalRun.Start(job with { Training = job.Training with { MaxSteps = stopAfter } }, workers: 2, sink);
            }

            Checkpoint newest = new CheckpointFolder(folder).Newest().Found!;
            Assert.Equal(stopAfter, newest.Step);
            TrainingState start = TrainingCheckpoint.Restore(newest, job.Model, job.Training);
            List<TrainingEvent> told = [];
            SameState.Assert(key.State, (await LocalRun.Start(AnswerKey.Create(kind) with { Start = start }, workers: 3, observe: told.Add)).State);
            Assert.Equal(key.State.Progress.Step - stopAfter, told.OfType<StepDone>().Count());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    public async Task A_disk_that_fails_is_told_and_training_goes_on_to_the_same_bits(int firstFailure, int failures)
    {
        var key = AnswerKey.Of(AnswerKey.Create("lstm", epochs: 5));
        var sink = new ObservedSink(save =>
        {
            if (save >= firstFailure && save < firstFailure + failures)
                throw save % 2 == 0 ? new IOException("the disk is full") : new UnauthorizedAccessException("the disk is full");
        });
        List<TrainingEvent> told = [];
        var outcome = await LocalRun.Start(AnswerKey.Create("lstm", epochs: 5), workers: 2, sink, told.Add);
        SameState.Assert(key.State, outcome.State);
        Assert.True(outcome.IsComplete);
        Assert.Equal(5 - failures, sink.Saved.Count);
        Assert.Equal(
            Enumerable.Range(firstFailure, failures).Select(epoch => new CheckpointNotSaved(3 * epoch, "the disk is full")), told.OfType<CheckpointNotSaved>());
        SameState.Assert(outcome.State, sink.Saved[^1].State);
    }

    [Fact]
    public async Task A_run_is_over_only_when_its_last_checkpoint_is_written()
    {
        using Gate writing = new(), mayWrite = new();
        var sink = new ObservedSink(save =>
        {
            if (save < 2) return;
            writing.Set();
            mayWrite.Wait();
        });
        var run = LocalRun.Start(AnswerKey.Create("lstm"), workers: 2, sink);
        writing.Wait();
        Assert.False(run.IsCompleted);
        mayWrite.Set();
        SameState.Assert((await run).State, sink.Saved[1].State);
    }

    [Fact]
    public async Task A_mistake_in_the_writer_ends_the_run_with_its_error() =>
        Assert.Equal("a mistake", (await Assert.ThrowsAsync<InvalidOperationException>(
            () => LocalRun.Start(AnswerKey.Create("lstm"), workers: 2, new ObservedSink(_ => throw new InvalidOperationException("a mistake"))))).Message);
}
