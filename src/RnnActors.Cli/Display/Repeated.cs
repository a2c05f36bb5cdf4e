using RnnActors.Cli.Processes;

namespace RnnActors.Cli.Display;

/// <summary>Refreshes a view at intervals: in place on a terminal, one below the other elsewhere.</summary>
internal static class Repeated
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <param name="clears">Whether the screen is cleared before each time, where there is one.</param>
    /// <param name="show">It may show nothing.</param>
    /// <returns>The exit code: whoever ends it with Ctrl-C has seen what he wanted.</returns>
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
