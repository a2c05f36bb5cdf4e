using RnnActors.Cli.Display;
using RnnActors.Cli.Reports;
using RnnActors.Core.Training;
using RnnActors.Runs.Reports;
using Xunit;

namespace RnnActors.Cli.Tests.Reports;

public class ReportTextTests
{
    /// <summary>As on a cluster that was told to stop before the run's data were there.</summary>
    [Theory]
    [InlineData(null, "the same command begins the run")]
    [InlineData("rnnactors resume runs/x", "    rnnactors resume runs/x")]
    public void What_was_stopped_is_resumed_only_where_there_is_something_to_go_on_from(string? resume, string said)
    {
        using StringWriter output = new(), error = new();
        ReportText.WriteStopped(Terminal.ToWriters(output, error),
            new StopReport("Ctrl-C", TrainingProgress.Start, "ab", null, resume is null ? null : new NextStep("", resume.Split(' ')[1..])));
        Assert.Contains(said, output.ToString(), StringComparison.Ordinal);
        Assert.Equal(resume is not null, output.ToString().Contains("resume", StringComparison.Ordinal));
    }
}
