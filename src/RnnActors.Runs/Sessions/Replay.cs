using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>A step of a run that was computed again from the checkpoint before it, beside what the run's ledger has.</summary>
/// <param name="From">The step that it began after: of a checkpoint, or 0.</param>
/// <param name="Then">What the ledger says.</param>
/// <param name="Again">What was computed.</param>
/// <param name="HashThen">The hash of the parameters after it, where the run saved a checkpoint; null elsewhere.</param>
/// <param name="HashAgain">The hash of the parameters that were computed.</param>
/// <param name="FirstStep">The first step on the way there, it included, that differs; null where every bit agrees.</param>
public sealed record Replay(long From, LedgerStep Then, LedgerStep Again, string? HashThen, string HashAgain, LedgerDifference? FirstStep)
{
    public bool Agrees => FirstStep is null;

    /// <param name="path">The run's folder.</param>
    /// <param name="step">From 1.</param>
    /// <param name="data">Where the run's data are now: a file, or a folder with its files; null for where they were.</param>
    /// <param name="workers">Threads; null for all. They change no bit.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">The run has no such step in its ledger, or its data are gone or have changed.</exception>
    public static async Task<Replay?> OfAsync(
        string path, long step, string? data = null, int? workers = null, IRunView? view = null, CancellationToken cancellation = default)
    {
        TrainedRun run = TrainedRun.Open(path);
        Ledger ledger = Ledger.Read(run.Folder.LedgerPath);
        if (!ledger.Steps.TryGetValue(step, out LedgerStep? then))
        {
            throw new InvalidInputException(
                ledger.Steps.Count == 0 ? "this run has no ledger"
                    : $"the run's ledger has no step {step}, but steps {ledger.Steps.Keys.Min()} to {ledger.Steps.Keys.Max()}",
                ledger.Steps.Count == 0 ? "Verify it: its checkpoints are enough for that" : "Choose one of them",
                    new SourceLocation(ShownPath.Of(run.Folder.LedgerPath)));
        }

        TrainedRun? before = StepsAgain.CheckpointBefore(run, step);
        if (await StepsAgain.ComputeAsync(run, data, before, step, workers, view, cancellation).ConfigureAwait(false) is not { } again) return null;
        return new Replay(
            again.From, then, again.Ledger.Steps[step], ledger.Hashes.GetValueOrDefault(step),
                TrainingCheckpoint.Hash(run.Model.Layout, again.State.Parameters), again.FirstDifference(run));
    }
}
