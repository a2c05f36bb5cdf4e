using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Trained;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>Steps of a run, recomputed and compared with a checkpoint bit by bit.</summary>
/// <param name="From">The step after which the recomputation began; 0 for the run's beginning.</param>
/// <param name="To">The step of the checkpoint.</param>
/// <param name="Expected">The hash of the checkpoint's parameters.</param>
/// <param name="Found">The hash of the recomputed parameters.</param>
/// <param name="Differences">Parameters and moments that differ; empty where every bit agrees.</param>
public sealed record Verification(long From, long To, string Expected, string Found, IReadOnlyList<TensorDifference> Differences)
{
    public bool Agrees => Differences.Count == 0 && FirstStep is null && Predictions is null or { Agrees: true } && Calibration is null or { Agrees: true };

    /// <summary>The first step in which the run's ledger differs; null where all agree, or the ledger has none of these steps.</summary>
    public LedgerDifference? FirstStep { get; init; }

    /// <summary>The check of the run's test predictions; null where its folder has none for these parameters.</summary>
    public PredictionCheck? Predictions { get; init; }

    /// <summary>The check of the calibration of intervals; null where the run's folder has none for these parameters.</summary>
    public CalibrationCheck? Calibration { get; init; }

    /// <summary>Trains from an earlier checkpoint, or from the beginning, up to a checkpoint's step, in a temporary folder, and compares.</summary>
    /// <param name="path">The run's folder, for its newest checkpoint, or a checkpoint.</param>
    /// <param name="data">Where the run's data is now: a file, or a folder with its files; null where it has not moved.</param>
    /// <param name="fromBeginning">False to begin with the checkpoint before it, where there is one.</param>
    /// <param name="workers">Number of threads; null for all. They change no bit.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">There is no checkpoint, it is at step 0, or the data is gone or has changed.</exception>
    public static async Task<Verification?> OfAsync(
        string path, string? data = null, bool fromBeginning = false, int? workers = null, IRunView? view = null, CancellationToken cancellation = default)
    {
        TrainedRun run = TrainedRun.Open(path);
        long to = run.Checkpoint.Step;
        if (to == 0)
            throw new InvalidInputException(
                "this is the checkpoint of step 0, before which no step was computed", "Verify one of a later step",
                new SourceLocation(ShownPath.Of(run.Checkpoint.Path)));
        TrainedRun? before = fromBeginning ? null : RecomputedSteps.CheckpointBefore(run, to);
        if (await RecomputedSteps.ComputeAsync(run, data, before, to, workers, view, cancellation).ConfigureAwait(false) is not { } again) return null;
        return new(again.From, to, run.HashOf(ParameterChoice.Last), TrainingCheckpoint.Hash(run.Model.Layout, again.State.InferenceParameters),
            Compare(run, again.State))
        {
            FirstStep = again.FirstDifference(run),
            Predictions = PredictionCheck.Of(run, again.Task),
            Calibration = CalibrationCheck.Of(run, again.Task),
        };
    }

    /// <summary>Compares all but the best parameters: these may come from a step before the recomputation began.</summary>
    private static List<TensorDifference> Compare(TrainedRun run, TrainingState found)
    {
        return TensorDifference.Between(Own(run.State), Own(found));

        IEnumerable<NamedTensor> Own(TrainingState state) => TrainingCheckpoint.Tensors(run.Model, run.Specification.Training, state)
            .Where(tensor => !tensor.Name.StartsWith(TrainingCheckpoint.BestPrefix, StringComparison.Ordinal));
    }
}
