using System.Globalization;
using System.IO.Hashing;
using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;

namespace RnnActors.Data.Tasks;

/// <summary>
/// A task's findings about its trained network on held-out rows: a forecast's residuals, and how the steps of its paths depend on each other. The file lies
/// beside the run's checkpoints, so that this is computed only once. It belongs to certain parameters and data, and counts as absent for others. Any changed
/// bit in it is detected.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="run">The run's identity.</param>
public sealed class CalibrationFile(string folder, RunIdentity run)
{
    public const string FileName = "calibration.safetensors";

    /// <summary>Raised when the meaning of the tensors changes.</summary>
    private const int Version = 1;

    /// <summary>The maximum size. A larger file would take longer to read than it saves, and is not written.</summary>
    private const long MaxBytes = 64L << 20;

    private const string VersionKey = "calibration_version", ParametersKey = "parameters_xxh128", RunKey = "run_xxh128";

    public string Path { get; } = System.IO.Path.Combine(folder, FileName);

    /// <summary>Writes the file atomically. Without tensors, or with too many, the file is removed.</summary>
    /// <param name="network">The network that was calibrated.</param>
    /// <param name="step">The number of optimizer steps that the network was trained for.</param>
    /// <returns>Why it could not be written; null if it was.</returns>
    public string? Write(TrainedNetwork network, long step, IReadOnlyList<NamedTensor> tensors)
    {
        try
        {
            if (tensors.Count == 0 || tensors.Sum(tensor => (long)tensor.Bytes.Length) > MaxBytes) LocalDisk.Instance.Remove(Path);
            else
            {
                DurableFile.Write(Path, stream => CheckpointFile.Write(stream, step, tensors,
                [
                    new(VersionKey, Version.ToString(CultureInfo.InvariantCulture)), new(ParametersKey, network.ParameterHash), new(RunKey, HashOf(run)),
                ]));
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Reads the file; null if there is none, or it is of another network or run.</summary>
    /// <exception cref="InvalidInputException">The file is damaged, or of another version.</exception>
    public SafetensorsFile? Read(TrainedNetwork network) => Read(network, out _);

    /// <param name="absent">Why it counts as absent; null if it does not.</param>
    /// <inheritdoc cref="Read(TrainedNetwork)"/>
    internal SafetensorsFile? Read(TrainedNetwork network, out string? absent)
    {
        absent = $"the run keeps no {FileName}";
        if (!File.Exists(Path)) return null;
        Checkpoint read;
        try
        {
            read = CheckpointFile.Read(Path);
        }
        catch (InvalidInputException e)
        {
            throw Unusable(Path, e.Problem, e);
        }

        if (read.Metadata.GetValueOrDefault(VersionKey) is var version && version != Version.ToString(CultureInfo.InvariantCulture))
            throw Unusable(Path, $"it has version {version ?? "none"}, and this program reads {Version}");
        absent = read.Metadata.GetValueOrDefault(ParametersKey) != network.ParameterHash ? $"{FileName} is of other parameters"
            : read.Metadata.GetValueOrDefault(RunKey) != HashOf(run) ? $"{FileName} is of other data"
            : null;
        return absent is null ? read.File : null;
    }

    /// <summary>The error for a file that cannot be used.</summary>
    internal static InvalidInputException Unusable(string path, string why, Exception? cause = null) => new(
        $"the run's calibration cannot be used: {why}", "Remove the file: what it holds is then found again from the run's data",
        new SourceLocation(ShownPath.Of(path)), cause);

    /// <summary>The hash of the data, and of what was fitted on them.</summary>
    private static string HashOf(RunIdentity run) => Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"{run.DataHash}\n{run.Preparation}")));
}
