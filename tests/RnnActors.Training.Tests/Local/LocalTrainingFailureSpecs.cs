using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using Xunit;

namespace RnnActors.Training.Tests.Local;

public class LocalTrainingFailureSpecs
{
    [Fact]
    public async Task A_fault_that_returns_ends_the_run_and_names_the_shards()
    {
        var job = AnswerKey.Create("lstm");
        var data = new ObservedDataset(job.Data, (_, rows) => rows.Contains(7));
        List<TrainingEvent> told = [];
        var problem = await Assert.ThrowsAsync<TrainingFailedException>(() => LocalRun.Start(job with { Data = data }, workers: 2, observe: told.Add));
        int step = told.OfType<StepDone>().Count();
        int[] batch = job.CreatePlan().NextRows(TrainingProgress.Start with { Step = step, Position = step });
        string shards = Array.IndexOf(batch, 7) < 8 * 2 / 5 ? "shards 0 to 1" : "shards 2 to 4";
        Assert.StartsWith($"{shards} of step {step + 1} ", problem.Message, StringComparison.Ordinal);
        Assert.Contains("failed", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_row_that_is_not_a_number_ends_the_run_before_the_update_and_is_named(int workers)
    {
        var expected = Assert.Throws<NonFiniteException>(() => new Trainer(BrokenRow()).Run());
        var job = BrokenRow();
        TrainingState before = job.Start!.Snapshot();
        var problem = await Assert.ThrowsAsync<NonFiniteException>(() => LocalRun.Start(job, workers, observe: happened =>
        {
            if (happened is StepDone) before = job.Start.Snapshot();
        }));
        Assert.Equal(expected.Message, problem.Message);
        Assert.Equal((expected.Step, expected.Shard, expected.Rows), (problem.Step, problem.Shard, problem.Rows), (a, b) => a.Step == b.Step
            && a.Shard == b.Shard && a.Rows.SequenceEqual(b.Rows));
        Assert.Contains(7, problem.Rows);
        Assert.Equal(before.Progress.Step + 1, problem.Step);
        SameState.Assert(before, job.Start);
    }

    [Fact]
    public async Task A_learning_rate_that_is_far_too_large_ends_the_run_as_it_ends_the_trainer()
    {
        TrainingJob Create()
        {
            var job = AnswerKey.Create("lstm");
            var training = job.Training with { Optimizer = new Sgd(1e30), Schedule = null, ClipNorm = null };
            return job with { Training = training, Start = TrainingState.Create(job.Model, training, 0) };
        }

        var key = Create();
        var expected = Assert.Throws<NonFiniteException>(() => new Trainer(key).Run());
        var job = Create();
        var problem = await Assert.ThrowsAsync<NonFiniteException>(() => LocalRun.Start(job, workers: 2));
        Assert.Equal(expected.Message, problem.Message);
        Assert.True(problem.Step > 1);
        SameState.Assert(key.Start!, job.Start!);
    }

    [Fact]
    public async Task A_plan_that_cannot_be_is_refused()
    {
        var job = AnswerKey.Create("lstm");
        var problem = await Assert.ThrowsAsync<InvalidInputException>(
            () => LocalRun.Start(job with { Validation = null, Training = job.Training with { EarlyStopping = new EarlyStopping(1) } }, workers: 2));
        Assert.Contains("earlyStopping", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_observer_that_throws_ends_the_run_with_its_error() =>
        Assert.Equal("enough", (await Assert.ThrowsAsync<InvalidOperationException>(
            () => LocalRun.Start(AnswerKey.Create("lstm"), workers: 2, observe: _ => throw new InvalidOperationException("enough")))).Message);

    private static TrainingJob BrokenRow()
    {
        var inputs = new float[22, 2, 1];
        for (int row = 0; row < 22; row++) inputs[row, 0, 0] = row / 22f;
        inputs[7, 1, 0] = float.NaN;
        var data = ArrayDataset.Create(inputs, new float[22, 1]);
        var model = new Model(new ModelSpec([new Lstm(3), new Dense(1)]), data.Input);
        var training = new TrainingSpec { Loss = new MeanSquaredError(), Optimizer = new Adam(0.01), Batch = 4, Shards = 3, Epochs = 2 };
        return new TrainingJob(model, training, data, Start: TrainingState.Create(model, training, 0));
    }
}
