using RnnActors.Cli.Display;
using RnnActors.Cli.Views;
using RnnActors.Training.Protocol;
using Xunit;

namespace RnnActors.Cli.Tests.Views;

public sealed class AttachedViewTests
{
    /// <summary>The exit codes of this project's README: scripts that follow a run go by them.</summary>
    [Theory]
    [InlineData(RunEnding.Complete, 0)]
    [InlineData(RunEnding.Failed, 1)]
    [InlineData(RunEnding.NonFinite, 3)]
    [InlineData(RunEnding.Stopped, 4)]
    public void Each_ending_of_a_run_that_is_followed_has_its_exit_code(RunEnding ending, int code)
    {
        foreach (bool isJson in (bool[])[false, true])
        {
            using StringWriter output = new(), error = new();
            var view = new AttachedView(
                Terminal.ToWriters(output, error), isJson, new RunSummary("0123456789abcdef", "shops", "running", 5, 9, 1, 0.5, 100));
            Assert.Equal(code, view.Ended(new RunEnded("0123456789abcdef", ending, null, null, null, Step: 7, LastStep: 9), ["a:4053"]));
            Assert.Contains("7", output.ToString(), StringComparison.Ordinal);
        }
    }
}
