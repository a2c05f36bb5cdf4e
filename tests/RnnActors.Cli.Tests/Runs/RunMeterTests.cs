using RnnActors.Cli.Runs;
using RnnActors.Core.Losses;
using RnnActors.Core.Training;
using Xunit;

namespace RnnActors.Cli.Tests.Runs;

public sealed class RunMeterTests
{
    [Fact]
    public void Pace_and_time_left_count_the_steps_of_this_process_alone()
    {
        var clock = new Clock();
        var meter = new RunMeter(At(100), 200, new LossHistory(), clock);
        Assert.Null(meter.Read().TimeLeft);

        for (int step = 101; step <= 120; step++) meter.Observe(new StepDone(At(step), 1, 1, 0.1f, 50));
        clock.Now = 10;
        var status = meter.Read();

        Assert.Equal(100, status.TokensPerSecond, 1e-9);
        Assert.Equal(TimeSpan.FromSeconds(40), status.TimeLeft);
        Assert.Equal(120, status.Step?.Progress.Step);
    }

    [Fact]
    public void A_run_that_is_found_far_on_is_measured_by_the_steps_that_are_seen()
    {
        var clock = new Clock();
        var meter = new RunMeter(TrainingProgress.Start, 200, new LossHistory(), clock);
        for (int step = 101; step <= 120; step++) meter.Observe(new StepDone(At(step), 1, 1, 0.1f, 50));
        clock.Now = 10;

        Assert.Equal((20, TimeSpan.FromSeconds(40)), (meter.Read().Steps, meter.Read().TimeLeft));
    }

    [Fact]
    public void The_last_validation_and_checkpoint_stay_until_the_next()
    {
        var meter = new RunMeter(TrainingProgress.Start, 200, new LossHistory(), new Clock());
        var saved = new CheckpointSaved(10, "path", "hash");
        meter.Observe(new EpochDone(At(10), 1, 0.5, null, true));
        meter.Observe(saved);
        meter.Observe(new StepDone(At(11), 1, 1, 0.1f, 50));

        Assert.Equal(0.5, meter.Read().ValidationLoss);
        Assert.Equal(saved, meter.Read().Checkpoint);
    }

    private static TrainingProgress At(long step) => TrainingProgress.Start with { Step = step, EpochLoss = new LossSum() };

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Now;
    }
}
