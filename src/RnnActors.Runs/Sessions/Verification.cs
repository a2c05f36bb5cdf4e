using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Trained;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>Steps of a run that were computed again, and whether they come to the bits that its checkpoint has.</summary>
/// <param name="From">The step that they began after; 0 for the run's beginning.</param>
/// <param name="To">The step of the checkpoint.</param>
/// <param name="Expected">The hash of the checkpoint's parameters.</param>
/// <param name="Found">That of those that were computed.</param>
/// <param name="Differences">Parameters and moments that differ; none where every bit agrees.</param>
public sealed record Verification(long From, long To, string Expected, string Found, IReadOnlyList<TensorDifference> Differences)
{
    public bool Agrees => Differences.Count == 0 && FirstStep is null && Predictions is null or { Agrees: true } && Calibration is null or { Agrees: true };

    /// <summary>The first step that the run's ledger has otherwise, and in what; null where all agree, or it has none of them.</summary>
    public LedgerDifference? FirstStep { get; init; }

    /// <summary>The run's predictions of its test rows, made again; null where its folder has none of these parameters.</summary>
    public PredictionCheck? Predictions { get; init; }

    /// <summary>What the run keeps for its intervals, found again; null where its folder keeps none of these parameters.</summary>
    public CalibrationCheck? Calibration { get; init; }

    /// <summary>Trains from an earlier checkpoint, or from the beginning, to a checkpoint's step, in a folder of its own, and compares.</summary>
    /// <param name="path">The run's folder, for its newest checkpoint, or a checkpoint.</param>
    /// <param name="data">Where the run's data are now: a file, or a folder with its files; null for where they were.</param>
    /// <param name="fromBeginning">False: from the checkpoint before it where there is one.</param>
    /// <param name="workers">Threads; null for all. They change no bit.</param>
    /// <returns>Null where it was cancelled.</returns>
    /// <exception cref="InvalidInputException">There is no checkpoint, it is of no step yet, or the data are gone or have changed.</exception>
    public static async Task<Verification?> OfAsync(
        string path, string? data = null, bool fromBeginning = false, int? workers = null, IRunView? view = null, CancellationToken cancellation = default)
    {
        TrainedRun run = TrainedRun.Open(path);
        long to = run.Checkpoint.Step;
        if (to == 0)
            throw new InvalidInputException(
                "this is the checkpoint of step 0, before which no step was computed", "Verify one of a later step",
                new SourceLocation(ShownPath.Of(run.Checkpoint.Path)));
        TrainedRun? before = fromBeginning ? null : StepsAgain.CheckpointBefore(run, to);
        if (await StepsAgain.ComputeAsync(run, data, before, to, workers, view, cancellation).ConfigureAwait(false) is not { } again) return null;
        return new(again.From, to, run.HashOf(ParameterChoice.Last), TrainingCheckpoint.Hash(run.Model.Layout, again.State.InferenceParameters),
            Compare(run, again.State))
        {
            FirstStep = again.FirstDifference(run),
            Predictions = PredictionCheck.Of(run, again.Task),
            Calibration = CalibrationCheck.Of(run, again.Task),
        };
    }

    /// <summary>The best so far are left out: where the steps began later, they may be of a step before.</summary>
    private static List<TensorDifference> Compare(TrainedRun run, TrainingState found)
    {
        return TensorDifference.Between(Own(run.State), Own(found));

        IEnumerable<NamedTensor> Own(TrainingState state) => TrainingCheckpoint.Tensors(run.Model, run.Specification.Training, state)
            .Where(tensor => !tensor.Name.StartsWith(TrainingCheckpoint.BestPrefix, StringComparison.Ordinal));
    }
}
