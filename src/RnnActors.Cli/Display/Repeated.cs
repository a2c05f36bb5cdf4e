using RnnActors.Cli.Processes;

namespace RnnActors.Cli.Display;

/// <summary>Shows a view repeatedly: in place on a terminal, otherwise one after another.</summary>
internal static class Repeated
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <param name="clears">Whether a terminal is cleared each time.</param>
    /// <param name="show">May print nothing.</param>
    /// <returns>The exit code: success, since Ctrl-C is the usual end.</returns>
    public static async Task<int> UntilSignalAsync(Terminal terminal, bool clears, Func<CancellationToken, Task> show)
    {
        using var signals = new StopSignals(terminal.Restore);
        try
        {
            while (true)
            {
                if (clears && terminal.IsLive) terminal.Console.Clear(home: true);
                await show(signals.Token).ConfigureAwait(false);
                await Task.Delay(Pause, signals.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }
}
