using RnnActors.Training.Protocol;

namespace RnnActors.Cli.Pages;

/// <summary>How a page shows the end of a cluster's run.</summary>
internal static class RunEndings
{
    public static PagePhase PhaseOf(RunEnding ending) => ending switch
    {
        RunEnding.Complete => PagePhase.Finished,
        RunEnding.Stopped => PagePhase.Stopped,
        _ => PagePhase.Failed,
    };

    public static PageEnd Of(RunEnding ending, string? message, string? parameters) => new(
        ending switch
        {
            RunEnding.Complete => "The run is complete.",
            RunEnding.Stopped => "The run was stopped before its end.",
            RunEnding.NonFinite => "The run has ended: a loss or gradient is not a finite number.",
            _ => "The run has failed.",
        },
        [.. ((string?[])[message, parameters is { } hash ? $"Parameters: {hash}" : null]).OfType<string>()], "unknown", null);
}
