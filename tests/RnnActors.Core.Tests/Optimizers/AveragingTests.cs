using CsCheck;
using RnnActors.Core.Kernels.Updates;
using RnnActors.Core.Models;
using RnnActors.Core.Optimizers;
using RnnActors.Core.Problems;
using RnnActors.Core.Tests.Kernels;
using RnnActors.Core.Tests.Kernels.Simd;
using RnnActors.Core.Tests.Training;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Optimizers;

/// <summary>The average is the mean of the parameters after each update since it began, added up in their order.</summary>
[Collection(VectorWidthTests.Name)]
public sealed class AveragingTests
{
    [Fact]
    public void A_running_mean_is_its_plain_twin_at_every_width() =>
        Gen.Select(Gen.Int[0, 90], Gen.Float[0, 1]).Sample(
            (length, weight) =>
            {
                float[] mean = Pseudorandom.Floats(length, 1), values = Pseudorandom.Floats(length, 2);
                float[] twin = [.. mean.Zip(values, (m, x) => weight == 1 ? x : MathF.FusedMultiplyAdd(weight, x - m, m))];
                VectorWidthTests.AssertSameBitsAtEveryWidth(() =>
                {
                    float[] result = [.. mean];
                    RunningMean.Add(result, values, weight);
                    SameBits.Assert(twin, result);
                    return result;
                });
            },
            iter: 50);

    [Fact]
    public void The_first_values_replace_whatever_the_mean_was()
    {
        float[] mean = [float.NaN, 1e30f, -1];
        RunningMean.Add(mean, [0.1f, 0.2f, 0.3f], 1);
        Assert.Equal([0.1f, 0.2f, 0.3f], mean);
        Assert.Throws<ArgumentOutOfRangeException>(() => RunningMean.Add(mean, [1f], 0.5f));
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(1, 0.75)]
    public void The_average_is_the_mean_of_the_parameters_after_each_step_since_its_epoch(int startEpoch, double? decay)
    {
        var job = With(TestJobs.Create("streams"), new Averaging(StartEpoch: startEpoch, Decay: decay));
        var trainer = new Trainer(job);
        int first = startEpoch * job.CreatePlan().Order.BatchesPerEpoch, count = 0;
        float[] mean = [];
        double[] sum = new double[trainer.State.Parameters.Length];
        trainer.Run(happened =>
        {
            if (happened is not StepDone step || step.Progress.Step <= first) return;
            float[] parameters = trainer.State.Parameters.Span.ToArray();
            float weight = (float)(decay is { } kept ? 1 - kept : 1.0 / ++count);
            mean = mean.Length == 0 ? parameters : [.. mean.Zip(parameters, (m, p) => MathF.FusedMultiplyAdd(weight, p - m, m))];
            for (int i = 0; i < sum.Length; i++) sum[i] += parameters[i];
        });
        Assert.True(trainer.State.IsAveraged);
        SameBits.Assert(mean, trainer.State.Average!.Span);
        SameBits.Assert(mean, trainer.State.InferenceParameters.Span);
        if (decay is not null) return;
        Assert.Equal(16 - first, count);
        for (int i = 0; i < sum.Length; i++) Assert.Equal(sum[i] / count, mean[i], 1e-6);
    }

    [Fact]
    public void Averaging_changes_no_bit_of_the_parameters_that_training_moves()
    {
        var job = TestJobs.Create("streams");
        SameBits.Assert(Train(job).Parameters.Span, Train(With(job, new Averaging(StartEpoch: 1))).Parameters.Span);
    }

    [Fact]
    public void It_begins_when_the_validation_loss_has_not_improved_for_long_enough_and_is_what_is_validated_then()
    {
        var job = TestJobs.Create("lstm", epochs: 12);
        job = With(job with { Training = job.Training with { Optimizer = new Adam(0.05), Schedule = null } }, new Averaging(Patience: 2));
        var trainer = new Trainer(job);
        var evaluation = new Evaluation(job.Model, job.Training, job.Validation!);
        List<(double Loss, float[] Parameters, float[]? Best)> epochs = [];
        int? begun = null;
        trainer.Run(
            happened =>
            {
                if (happened is not EpochDone epoch) return;
                bool wasAveraged = trainer.State.IsAveraged;
                evaluation.Prepare((wasAveraged ? trainer.State.Average! : trainer.State.Parameters).Memory);
                double loss = Evaluation.Sum([.. Enumerable.Range(0, job.Training.Shards).Select(shard => evaluation.Evaluate(shard))]).Mean;
                Assert.Equal(loss, epoch.ValidationLoss);
                Assert.Equal(begun is not null, wasAveraged);
                epochs.Add((loss, trainer.State.InferenceParameters.Span.ToArray(), trainer.State.Best?.Span.ToArray()));
                if (begun is null && epoch.Progress.EpochsSinceBest == 2) begun = epoch.Progress.Epoch;
                Assert.Equal(begun * 3, epoch.Progress.AveragingSince);
            });
        Assert.InRange(begun!.Value, 3, 11);
        Assert.Equal(epochs.MinBy(epoch => epoch.Loss).Parameters, trainer.State.Best!.Span.ToArray());
    }

    [Fact]
    public void Frozen_parameters_are_their_own_average()
    {
        var job = TestJobs.Create("streams");
        var layers = job.Model.Spec.Layers.ToArray();
        layers[0] = layers[0] with { Trainable = false };
        var state = Train(With(job with { Model = new Model(new ModelSpec(layers), job.Data.Input) }, new Averaging(StartEpoch: 1)));
        var frozen = Assert.Single(state.Frozen);
        SameBits.Assert(state.Parameters.Span.Slice(frozen.First, frozen.Length), state.Average!.Span.Slice(frozen.First, frozen.Length));
    }

    [Fact]
    public void What_would_never_begin_is_refused()
    {
        var job = TestJobs.Create("lstm");
        var waits = With(job, new Averaging(Patience: 3));
        Assert.Contains("needs validation rows", Assert.Throws<InvalidInputException>(() => (waits with { Validation = null }).CreatePlan()).Message);
        Assert.NotNull((With(job, new Averaging(StartEpoch: 1)) with { Validation = null }).CreatePlan());
        var stops = waits with { Training = waits.Training with { EarlyStopping = new EarlyStopping(3) } };
        Assert.Contains("before averaging begins", Assert.Throws<InvalidInputException>(stops.CreatePlan).Message);
        Assert.NotNull((waits with { Training = waits.Training with { EarlyStopping = new EarlyStopping(4) } }).CreatePlan());
    }

    private static TrainingJob With(TrainingJob job, Averaging averaging) => job with { Training = job.Training with { Averaging = averaging } };

    private static TrainingState Train(TrainingJob job)
    {
        var trainer = new Trainer(job);
        Assert.True(trainer.Run());
        return trainer.State;
    }
}
