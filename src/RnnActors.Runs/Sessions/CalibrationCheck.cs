using RnnActors.Data.Tasks;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>Whether all of the calibration in a run's folder is what its data and parameters give again, to the bit.</summary>
/// <param name="Path">Its file.</param>
public sealed record CalibrationCheck(string Path, bool Agrees)
{
    /// <returns>Null where the folder has none, or none of these parameters.</returns>
    internal static CalibrationCheck? Of(TrainedRun run, PreparedTask task) => run.CalibrateAgain(task) is not var (kept, again) ? null : new(
        kept.Path,
        kept.Tensors.All(old => again.FirstOrDefault(tensor => tensor.Name == old.Name) is { } tensor
            && old.Type == tensor.Type && old.Shape.SequenceEqual(tensor.Shape) && old.Bytes.SequenceEqual(tensor.Bytes)));
}
