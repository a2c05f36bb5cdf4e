using RnnActors.Cli.Reports;
using RnnActors.Training.Protocol;
using Spectre.Console.Testing;
using Xunit;

namespace RnnActors.Cli.Tests.Reports;

public class RunTableTests
{
    [Fact]
    public void A_run_that_was_interrupted_is_paused_with_its_step_and_says_for_which_run()
    {
        RunSummary[] runs =
        [
            Run("urgent", RunSummary.Running) with { Priority = 10 },
            Run("long", RunSummary.Waiting) with
            {
                Waits = "It is paused at step 40 for urgent (urgent00) of priority 10; it goes on when there is a place for it",
                IsPaused = true,
            },
            Run("other", RunSummary.Waiting),
        ];
        using var console = new TestConsole();
        console.Profile.Width = 160;
        RunTable.Write(console, runs, DateTimeOffset.UnixEpoch);
        Assert.Matches(@"long\s+paused\s+40/900", console.Output);
        Assert.Matches(@"other\s+waiting\s+40/900", console.Output);
        Assert.Contains(
            "long0000: It is paused at step 40 for urgent (urgent00) of priority 10; it goes on when there is a place for it.", console.Output,
            StringComparison.Ordinal);
        Assert.Equal(["running", "paused", "waiting"], RunTable.Json(runs).Select(run => run!["state"]!.GetValue<string>()));
    }

    private static RunSummary Run(string name, string state) => new(name.PadRight(8, '0'), name, state, 40, 900, 0, 0, 4);
}
