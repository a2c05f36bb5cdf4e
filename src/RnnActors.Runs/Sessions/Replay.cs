using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Runs.Ledgers;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>A step of a run, recomputed from the checkpoint before it, beside what the run's ledger says.</summary>
/// <param name="From">The step after which the recomputation began: that of a checkpoint, or 0.</param>
/// <param name="Then">The step in the ledger.</param>
/// <param name="Again">The recomputed step.</param>
/// <param name="HashThen">The ledger's hash of the parameters after it; null where it has none.</param>
/// <param name="HashAgain">The hash of the recomputed parameters.</param>
/// <param name="FirstStep">The first step, up to this one, that differs; null where every bit agrees.</param>
public sealed record Replay(long From, LedgerStep Then, LedgerStep Again, string? HashThen, string HashAgain, LedgerDifference? FirstStep)
{
    public bool Agrees => FirstStep is null;

    /// <param name="path">The run's folder.</param>
    /// <param name="step">The step, from 1.</param>
    /// <param name="data">Where the run's data is now: a file, or a folder with its files; null where it has not moved.</param>
    /// <param name="workers">Number of threads; null for all. They change no bit.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">The run's ledger has no such step, or its data is gone or has changed.</exception>
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

        TrainedRun? before = RecomputedSteps.CheckpointBefore(run, step);
        if (await RecomputedSteps.ComputeAsync(run, data, before, step, workers, view, cancellation).ConfigureAwait(false) is not { } again) return null;
        return new Replay(
            again.From, then, again.Ledger.Steps[step], ledger.Hashes.GetValueOrDefault(step),
                TrainingCheckpoint.Hash(run.Model.Layout, again.State.Parameters), again.FirstDifference(run));
    }
}
