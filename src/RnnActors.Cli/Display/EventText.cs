using RnnActors.Cli.Runs;
using RnnActors.Core.Training;

namespace RnnActors.Cli.Display;

/// <summary>Events as lines of text.</summary>
internal static class EventText
{
    public static string Of(TrainingEvent happened, RunOverview run) => happened switch
    {
        EpochDone epoch => $"epoch {epoch.Progress.Epoch}/{run.Specification.Training.Epochs}  loss {Figures.Number(epoch.TrainingLoss)}"
            + (epoch.ValidationLoss is { } loss ? $"  validation {Figures.Number(loss)}{(epoch.IsBest ? " (best)" : "")}" : "")
            + (epoch.ValidationAccuracy is { } accuracy ? $"  accuracy {Figures.Number(100 * accuracy)} %" : ""),
        CheckpointSaved saved => $"  checkpoint {Invocation.Shown(saved.Path)}  parameters: {saved.ParameterHash}",
        CheckpointNotSaved failed => $"Warning: the checkpoint of step {Figures.Count(failed.Step)} was not written: {failed.Reason}. Training goes on.".Replace("..", ".", StringComparison.Ordinal),
        WorkerRestarted restarted => $"Warning: {restarted.Worker} failed ({restarted.Reason}) and was started anew; its shards are computed again, to the same bits.",
        _ => happened.ToString(),
    };
}
