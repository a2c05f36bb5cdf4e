using RnnActors.Runs.Stories;
using RnnActors.Training.Events;
using Xunit;

namespace RnnActors.Runs.Tests.Stories;

public class EventTextTests
{
    [Fact]
    public void A_pause_says_at_which_step_for_which_run_and_that_the_run_goes_on()
    {
        Assert.Equal(
            "Paused at step 4,000 for run urgent (1a2b3c4d) of priority 10; it goes on when there is a place for it.",
            EventText.Of(new RunPaused(4000, "1a2b3c4d5e6f", "urgent", 10)));
        Assert.Equal("Goes on from step 40.", EventText.Of(new RunResumed(40)));
    }
}
