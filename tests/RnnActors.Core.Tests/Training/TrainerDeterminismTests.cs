using RnnActors.Core.Optimizers;
using RnnActors.Core.Tests.Kernels.Simd;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Core.Tests.Training;

/// <summary>The trained state is a function of the job alone: not of the run, the vector width or where it was interrupted.</summary>
[Collection(VectorWidthTests.Name)]
public class TrainerDeterminismTests
{
    public static TheoryData<string> Kinds => [.. TestJobs.Kinds];

    public static TheoryData<string> Interruptible => [.. TestJobs.Kinds, "plateau", "earlyStopping", "averaging", "maxSteps"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Training_twice_gives_the_same_bits(string kind) =>
        SameState.Assert(Train(TestJobs.Create(kind)), Train(TestJobs.Create(kind)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_vector_width_gives_the_same_bits_after_twenty_steps(string kind)
    {
        TrainingState[] states = VectorWidthTests.AtEveryWidth(() =>
        {
            var job = TestJobs.Create(kind, epochs: 20);
            return Train(job with { Training = job.Training with { MaxSteps = 20 } });
        });
        Assert.Equal(20, states[0].Progress.Step);
        foreach (var other in states[1..]) SameState.Assert(states[0], other);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Another_seed_gives_other_parameters(string kind)
    {
        var job = TestJobs.Create(kind, epochs: 1);
        float[] one = Train(job).Parameters.Span.ToArray();
        float[] other = Train(job with { Training = job.Training with { Seed = 77 } }).Parameters.Span.ToArray();
        Assert.NotEqual(one, other);
    }

    [Theory]
    [MemberData(nameof(Interruptible))]
    public void A_run_interrupted_after_any_step_and_continued_ends_with_the_same_bits(string kind)
    {
        var whole = Train(Create(kind));
        for (int stopAfter = 0; stopAfter <= whole.Progress.Step; stopAfter++)
        {
            using var cancellation = new CancellationTokenSource();
            if (stopAfter == 0) cancellation.Cancel();
            var first = new Trainer(Create(kind));
            bool complete = first.Run(
                happened =>
                {
                    if (happened is StepDone step && step.Progress.Step == stopAfter) cancellation.Cancel();
                },
                cancellation: cancellation.Token);
            Assert.True(stopAfter == whole.Progress.Step || !complete);
            Assert.Equal(stopAfter, first.State.Progress.Step);
            SameState.Assert(whole, Train(Create(kind) with { Start = first.State.Snapshot() }));
        }
    }

    [Theory]
    [MemberData(nameof(Interruptible))]
    public void A_run_continued_from_any_checkpoint_ends_with_the_same_bits(string kind)
    {
        List<TrainingState> checkpoints = [];
        var job = Create(kind) with { CheckpointEverySteps = 2 };
        var trainer = new Trainer(job);
        Assert.True(trainer.Run(checkpoint: (state, _) => checkpoints.Add(state.Snapshot())));
        Assert.NotEmpty(checkpoints);
        foreach (var checkpoint in checkpoints) SameState.Assert(trainer.State, Train(job with { Start = checkpoint }));
    }

    [Fact]
    public void A_run_that_was_ended_by_a_limit_of_steps_goes_on_as_if_there_had_been_none()
    {
        var job = TestJobs.Create("streams");
        var limited = Train(job with { Training = job.Training with { MaxSteps = 6 } });
        Assert.Equal((6, 2), (limited.Progress.Step, limited.Progress.Position));
        SameState.Assert(Train(job), Train(job with { Start = limited.Snapshot() }));
    }

    /// <summary>The kinds of <see cref="TestJobs"/>, and runs whose end or learning rate depends on what was measured.</summary>
    private static TrainingJob Create(string kind)
    {
        if (TestJobs.Kinds.Contains(kind)) return TestJobs.Create(kind, epochs: 2);
        var job = TestJobs.Create("lstm", epochs: 12);
        var training = job.Training with { Optimizer = new Adam(0.05), Schedule = null };
        return job with
        {
            Training = kind switch
            {
                "plateau" => training with { Schedule = new ReduceOnPlateau(0.5, Patience: 0), Epochs = 6 },
                "averaging" => training with { Averaging = new Averaging(Patience: 2), EarlyStopping = new EarlyStopping(5) },
                "earlyStopping" => training with { EarlyStopping = new EarlyStopping(2) },
                _ => training with { MaxSteps = 7 },
            },
        };
    }

    [Fact]
    public void The_runs_above_meet_what_they_are_named_after()
    {
        Assert.True(Train(Create("plateau")).Progress.Plateau!.Factor < 1);
        var stopped = Train(Create("earlyStopping"));
        Assert.True(stopped.Progress is { Stopped: true, EpochsSinceBest: 2, Epoch: < 12 });
        Assert.True(Train(Create("averaging")) is { IsAveraged: true, Progress.AveragingSince: > 0 });
        Assert.NotEqual(stopped.Parameters.Span.ToArray(), stopped.Best!.Span.ToArray());
    }

    [Fact]
    public void The_best_parameters_are_those_of_the_epoch_with_the_lowest_validation_loss()
    {
        var job = Create("earlyStopping");
        List<(double Loss, float[] Parameters)> epochs = [];
        var trainer = new Trainer(job);
        double last = 0;
        trainer.Run(happened => last = happened is EpochDone epoch ? epoch.ValidationLoss!.Value : last,
            (state, _) => epochs.Add((last, state.Parameters.Span.ToArray())));
        Assert.Equal(epochs.MinBy(epoch => epoch.Loss).Parameters, trainer.State.Best!.Span.ToArray());
        Assert.Equal(epochs.Min(epoch => epoch.Loss), trainer.State.Progress.BestLoss);
    }

    private static TrainingState Train(TrainingJob job)
    {
        var trainer = new Trainer(job);
        Assert.True(trainer.Run());
        return trainer.State;
    }
}
