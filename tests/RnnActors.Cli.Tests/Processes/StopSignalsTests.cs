using System.Runtime.InteropServices;
using RnnActors.Cli.Processes;
using Xunit;

namespace RnnActors.Cli.Tests.Processes;

public class StopSignalsTests
{
    [Fact]
    public void A_process_that_a_signal_ends_has_the_exit_code_that_shells_give() =>
        Assert.Equal([128 + 2, 128 + 15], new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(StopSignals.ExitCodeOf));
}
