using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Objectives;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void A_row_that_is_not_a_number_stops_training_before_the_update_and_is_named()
    {
        var inputs = new float[12, 2, 1];
        inputs[7, 1, 0] = float.NaN;
        var data = ArrayDataset.Create(inputs, new float[12, 1]);
        var job = Job(data, new Adam(0.01), new Lstm(3), new Dense(1));
        var trainer = new Trainer(job);
        List<TrainingState> states = [trainer.State.Snapshot()];
        var problem = Assert.Throws<NonFiniteException>(() => trainer.Run(_ => states.Add(trainer.State.Snapshot())));
        int[] batch = job.CreatePlan().NextRows(states[^1].Progress);
        Assert.Equal(states[^1].Progress.Step + 1, problem.Step);
        Assert.Equal(Array.IndexOf(batch, 7) / 2, problem.Shard);
        Assert.Contains(7, problem.Rows);
        Assert.Equal(2, problem.Rows.Count);
        SameState.Assert(states[^1], trainer.State);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_names_its_shard_though_every_loss_is_finite()
    {
        // The loss 1e30² fits a double, its gradient times the input 1e30 fits no float.
        var inputs = new float[4, 1, 1];
        inputs[2, 0, 0] = 1e30f;
        var data = ArrayDataset.Create(inputs, new float[4, 1]);
        var job = Job(data, new Sgd(0.01), new SimpleRnn(1) { Activation = ActivationFunction.Linear }, new Dense(1));
        var problem = Assert.Throws<NonFiniteException>(() => new Trainer(job).Run());
        Assert.Contains("gradient", problem.Message, StringComparison.Ordinal);
        Assert.Equal(1, problem.Step);
        Assert.Contains(2, problem.Rows);
    }

    [Fact]
    public void Every_step_and_epoch_is_told_and_every_due_checkpoint_is_given()
    {
        var job = TestJobs.Create("lstm", epochs: 2) with { CheckpointEverySteps = 2 };
        List<string> told = [];
        new Trainer(job).Run(
            happened => told.Add(happened switch
            {
                StepDone step => $"step {step.Progress.Step}",
                EpochDone epoch => $"epoch {epoch.Progress.Epoch}",
                _ => "?",
            }),
            (state, _) => told.Add($"checkpoint {state.Progress.Step}"));
        Assert.Equal(
            ["step 1", "step 2", "checkpoint 2", "step 3", "epoch 1", "checkpoint 3", "step 4", "checkpoint 4", "step 5", "step 6", "epoch 2", "checkpoint 6"],
                told);
    }

    /// <summary>A run that ends in mid-epoch saves where it ends; a cancelled one closes an epoch whose steps are done before that.</summary>
    [Fact]
    public void A_run_that_ends_early_ends_with_a_checkpoint()
    {
        var job = TestJobs.Create("lstm", epochs: 2);
        List<(long Step, int Epoch)> saved = [];
        Assert.True(new Trainer(job with { Training = job.Training with { MaxSteps = 2 } }).Run(null, Save));
        Assert.Equal([(2, 0)], saved);

        saved.Clear();
        using var cancellation = new CancellationTokenSource();
        Assert.False(new Trainer(job).Run(Cancel, Save, cancellation.Token));
        Assert.Equal([(3, 1)], saved);

        void Save(TrainingState state, bool isBest) => saved.Add((state.Progress.Step, state.Progress.Epoch));

        void Cancel(TrainingEvent happened)
        {
            if (happened is StepDone { Progress.Step: 3 }) cancellation.Cancel();
        }
    }

    /// <summary>With a learning rate that is 0 as a float, every epoch is the same pass over the same streams, and that of a validation.</summary>
    [Fact]
    public void Every_epoch_of_streams_begins_without_a_state_and_carries_it_on()
    {
        var job = TestJobs.Create("streams", epochs: 3);
        var model = new Model(new ModelSpec([new Embedding(4), new Lstm(5, true), new Dense(7)]), job.Data.Input);
        var training = job.Training with { Optimizer = new Sgd(1e-60) };
        List<EpochDone> epochs = [];
        new Trainer(job with
        {
            Model = model,
            Training = training,
            Validation = job.Data,
        }).Run(happened => epochs.AddRange(happened is EpochDone epoch ? [epoch] : []));
        Assert.Equal(3, epochs.Count);
        Assert.All(epochs, epoch => Assert.Equal(epochs[0].TrainingLoss, epoch.TrainingLoss));
        Assert.Equal(epochs[0].ValidationLoss!.Value, epochs[0].TrainingLoss, 1e-12);
    }

    [Fact]
    public void A_small_network_learns_what_it_is_shown()
    {
        var job = TestJobs.Create("lstm", epochs: 300);
        var model = new Model(new ModelSpec([new Lstm(12), new Dense(2)]), job.Data.Input);
        List<double> losses = [];
        new Trainer(job with { Model = model, Training = job.Training with { Schedule = null, Optimizer = new Adam(0.02), ClipNorm = null } })
            .Run(happened => losses.AddRange(happened is EpochDone epoch ? [epoch.TrainingLoss] : []));
        Assert.True(losses[^1] < losses[0] / 20, $"From {losses[0]} to {losses[^1]}.");
    }

    /// <summary>Batches of six rows in three shards.</summary>
    private static TrainingJob Job(SequenceDataset data, Optimizer optimizer, params LayerSpec[] layers) =>
        new(new Model(new ModelSpec(layers), data.Input), new TrainingSpec
        {
            Loss = new MeanSquaredError(),
            Optimizer = optimizer,
            Batch = 6,
            Shards = 3,
            Epochs = 3,
        }, data);
}
