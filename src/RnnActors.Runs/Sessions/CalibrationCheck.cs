using RnnActors.Data.Tasks;
using RnnActors.Runs.Trained;

namespace RnnActors.Runs.Sessions;

/// <summary>Whether the calibration in a run's folder is reproduced bit by bit from its data and parameters.</summary>
/// <param name="Path">Path of the calibration file.</param>
public sealed record CalibrationCheck(string Path, bool Agrees)
{
    /// <returns>Null where the folder has none, or none for these parameters.</returns>
    internal static CalibrationCheck? Of(TrainedRun run, PreparedTask task) => run.CalibrateAgain(task) is not var (kept, again) ? null : new(
        kept.Path,
        kept.Tensors.All(old => again.FirstOrDefault(tensor => tensor.Name == old.Name) is { } tensor
            && old.Type == tensor.Type && old.Shape.SequenceEqual(tensor.Shape) && old.Bytes.SequenceEqual(tensor.Bytes)));
}
