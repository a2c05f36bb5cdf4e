using CsCheck;
using RnnActors.Training.Coordinator;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

public class StepDeadlinesTests
{
    [Fact]
    public void A_step_is_late_after_three_medians_of_the_last_fifteen_and_never_before_nearly_two_seconds() =>
        Gen.Double[0.001, 20].Array[1, 40].Sample(seconds =>
        {
            var times = new StepDeadlines();
            foreach (double time in seconds) times.Add(TimeSpan.FromSeconds(time));
            double[] last = [.. seconds.TakeLast(15).Order()];
            Assert.Equal(Math.Max(1.8, 3 * last[last.Length / 2]), times.Deadline.TotalSeconds, 1e-6);
        });

    [Fact]
    public void Before_anything_is_known_there_is_time_to_compile()
    {
        Assert.Equal(30, new StepDeadlines().Deadline.TotalSeconds);
        Assert.Equal(30, StepDeadlines.DeadlineOf(0).TotalSeconds);
        Assert.Equal(1.8, StepDeadlines.DeadlineOf(0.1).TotalSeconds);
        Assert.Equal(12, StepDeadlines.DeadlineOf(4).TotalSeconds);
    }
}
