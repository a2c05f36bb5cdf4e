using RnnActors.Training.Membership;
using Xunit;

namespace RnnActors.Training.Tests.Membership;

public class PauseDetectorTests
{
    private readonly ManualTime _time = new();
    private readonly PauseDetector _pauses;

    public PauseDetectorTests() => _pauses = new PauseDetector(_time);

    [Fact]
    public void Pulses_close_together_are_none()
    {
        for (int i = 0; i < 100; i++) Pulse(seconds: 2.9);
        Assert.Null(_pauses.OfLate);
    }

    [Fact]
    public void A_gap_is_one_for_a_minute()
    {
        Pulse(seconds: 20);
        for (int i = 0; i < 59; i++)
        {
            Pulse(seconds: 1);
            Assert.Equal(20, _pauses.OfLate?.TotalSeconds);
        }

        Pulse(seconds: 1);
        Assert.Null(_pauses.OfLate);
    }

    [Fact]
    public void Others_may_be_judged_at_once_where_it_never_stood_still()
    {
        Pulse(seconds: 1);
        Assert.Equal(TimeSpan.Zero, _pauses.Unsettled(TimeSpan.FromSeconds(12)));
    }

    [Fact]
    public void After_a_standstill_others_are_not_to_be_judged_for_a_time()
    {
        Pulse(seconds: 7);
        Assert.Equal(12, _pauses.Unsettled(TimeSpan.FromSeconds(12)).TotalSeconds);
        for (int i = 0; i < 5; i++) Pulse(seconds: 1);
        Assert.Equal(7, _pauses.Unsettled(TimeSpan.FromSeconds(12)).TotalSeconds);
        for (int i = 0; i < 7; i++) Pulse(seconds: 1);
        Assert.Equal(TimeSpan.Zero, _pauses.Unsettled(TimeSpan.FromSeconds(12)));
        Pulse(seconds: 4);
        Assert.Equal(12, _pauses.Unsettled(TimeSpan.FromSeconds(12)).TotalSeconds);
    }

    private void Pulse(double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _pauses.Feel();
    }
}
