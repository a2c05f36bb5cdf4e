using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Wording;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;

namespace RnnActors.Runs.Stories;

/// <summary>Events as lines of text.</summary>
public static class EventText
{
    /// <param name="epochs">Number of epochs of the run; null where it is not known.</param>
    public static string Of(TrainingEvent happened, int? epochs = null) => happened switch
    {
        EpochDone epoch => $"epoch {epoch.Progress.Epoch}{(epochs is null ? "" : $"/{epochs}")}  loss {Figures.Number(epoch.TrainingLoss)}"
            + (epoch.ValidationLoss is { } loss ? $"  validation {Figures.Number(loss)}{(epoch.IsBest ? " (best)" : "")}" : "")
            + (epoch.Progress.AveragingSince == epoch.Progress.Step ? "  averaging begins" : "")
            + (epoch.ValidationAccuracy is { } accuracy ? $"  accuracy {Figures.Number(100 * accuracy)} %" : ""),
        StepDone step => $"  step {Figures.Count(step.Progress.Step)}  loss {Figures.Number(step.Loss)}",
        ParametersHashed hashed => $"  step {Figures.Count(hashed.Step)}  parameters: {hashed.ParameterHash}",
        CheckpointSaved saved => $"  checkpoint {ShownPath.Of(saved.Path)}  parameters: {saved.ParameterHash}",
        CheckpointNotSaved failed => $"Warning: the checkpoint of step {Figures.Count(failed.Step)} was not written: {failed.Reason}. Training goes on."
            .Replace("..", ".", StringComparison.Ordinal),
        WorkerRestarted restarted =>
            $"Warning: {restarted.Worker} failed ({restarted.Reason}) and was started anew; its shards are computed again, to the same bits.",
        WorkersJoined joined => $"{joined.Node} joined with {Workers(joined.Workers)}.",
        WorkersLeft left => $"{left.Node} left with {Workers(left.Workers)}.",
        WorkersLost lost =>
            $"Warning: {lost.Node} was lost with {Workers(lost.Workers)} ({lost.Reason}); what it had not delivered is computed by others, to the same bits.",
        WorkersUnable unable =>
            $"Warning: {unable.Node} cannot take part: {unable.Reason.TrimEnd('.')}. "
                + "It is asked again from time to time; the others train without it, to the same bits.",
        NodeShutOut shutOut => $"Warning: {shutOut.Node} is shut out: {shutOut.Reason.TrimEnd('.')}.",
        StepNotAudited missed => $"Warning: step {Figures.Count(missed.Step)} was not audited, since {missed.Reason}"
            + (missed.Count == 1 ? "." : $"; {Figures.Count(missed.Count)} steps so far."),
        ShardsMoved moved =>
            $"Warning: {moved.Node} {moved.Reason}; "
                + $"{(moved.Shards == 1 ? "a shard is" : $"{moved.Shards} shards are")} given to others, and the first answer counts.",
        TrainingPaused paused => $"Warning: no worker is left; training waits in step {Figures.Count(paused.Step + 1)} for one to join.",
        TrainingContinued continued => $"Training goes on in step {Figures.Count(continued.Step + 1)}.",
        RunPaused paused => $"Paused at step {Figures.Count(paused.Step)} for run {paused.Name} ({RunIds.Short(paused.By)}) "
            + $"of priority {paused.Priority}; it goes on when there is a place for it.",
        RunResumed resumed => $"Goes on from step {Figures.Count(resumed.Step)}.",
        ClusterNews news => $"{news.Text}.",
        _ => happened.ToString(),
    };

    private static string Workers(int count) => count == 1 ? "1 worker" : $"{count} workers";
}
