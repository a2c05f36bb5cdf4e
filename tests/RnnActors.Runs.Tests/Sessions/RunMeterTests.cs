using RnnActors.Core.Objectives;
using RnnActors.Core.Training;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Sessions;
using Xunit;

namespace RnnActors.Runs.Tests.Sessions;

public sealed class RunMeterTests
{
    [Fact]
    public void Pace_and_time_left_count_the_steps_of_this_process_alone()
    {
        var clock = new Clock();
        var meter = new RunMeter(At(100), 200, new LossHistory(), clock);
        Assert.Null(meter.Read().TimeLeft);

        for (int step = 101; step <= 120; step++) Step(meter, step, clock, seconds: 1);
        var status = meter.Read();

        Assert.Equal(50, status.TokensPerSecond, 1e-9);
        Assert.Equal(TimeSpan.FromSeconds(80), status.TimeLeft);
        Assert.Equal(120, status.Step?.Progress.Step);
    }

    [Fact]
    public void A_run_that_is_found_far_on_is_measured_by_the_steps_that_are_seen()
    {
        var clock = new Clock();
        var meter = new RunMeter(TrainingProgress.Start, 200, new LossHistory(), clock);
        for (int step = 101; step <= 120; step++) Step(meter, step, clock, seconds: 2);

        Assert.Equal((20, TimeSpan.FromSeconds(160)), (meter.Read().Steps, meter.Read().TimeLeft));
    }

    [Fact]
    public void What_was_waited_before_the_first_step_is_no_part_of_the_pace()
    {
        var clock = new Clock { Now = 1000 };
        var meter = new RunMeter(TrainingProgress.Start, 200, new LossHistory(), clock);
        Step(meter, 1, clock, seconds: 300);
        Assert.Equal(TimeSpan.FromSeconds(199 * 300), meter.Read().TimeLeft); // nothing better is known
        Step(meter, 2, clock, seconds: 1);
        Assert.Equal(TimeSpan.FromSeconds(198), meter.Read().TimeLeft);
    }

    [Fact]
    public void The_pace_is_that_of_the_last_minute()
    {
        var clock = new Clock();
        var meter = new RunMeter(TrainingProgress.Start, 1000, new LossHistory(), clock);
        for (int step = 1; step <= 100; step++) Step(meter, step, clock, seconds: 1);
        for (int step = 101; step <= 120; step++) Step(meter, step, clock, seconds: 3); // a minute of them
        Assert.Equal(TimeSpan.FromSeconds(880 * 3), meter.Read().TimeLeft);
        for (int step = 121; step <= 150; step++) Step(meter, step, clock, seconds: 1); // half a minute of each
        Assert.Equal(TimeSpan.FromSeconds(850 * 1.5), meter.Read().TimeLeft);
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

    private static void Step(RunMeter meter, long step, Clock clock, long seconds)
    {
        clock.Now += seconds;
        meter.Observe(new StepDone(At(step), 1, 1, 0.1f, 50));
    }

    private static TrainingProgress At(long step) => TrainingProgress.Start with { Step = step, EpochLoss = new LossSum() };

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Now;
    }
}
