using System.Globalization;
using System.IO.Hashing;
using System.Text;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;

namespace RnnActors.Data.Tasks;

/// <summary>
/// What a task found with its trained network on rows held back: a forecast's residuals, and how the steps of its paths go together. It is a file beside the
/// run's checkpoints, so that it is found once for all who ask the network. It is of certain parameters and data, and counts as absent for others. Any changed
/// bit of it is noticed.
/// </summary>
/// <param name="folder">The run's.</param>
/// <param name="run">Whose calibration it is.</param>
public sealed class CalibrationFile(string folder, RunIdentity run)
{
    public const string FileName = "calibration.safetensors";

    /// <summary>Raised where the tensors mean something else.</summary>
    private const int Version = 1;

    /// <summary>A longer one takes longer to read than it saves, and is not kept.</summary>
    private const long MaxBytes = 64L << 20;

    private const string VersionKey = "calibration_version", ParametersKey = "parameters_xxh128", RunKey = "run_xxh128";

    public string Path { get; } = System.IO.Path.Combine(folder, FileName);

    /// <summary>Writes it whole or not at all. Without tensors, or with too many, there is none.</summary>
    /// <param name="network">Whose calibration it is.</param>
    /// <param name="step">Optimizer steps that lie behind the network.</param>
    /// <returns>Why it could not be written; null where it was.</returns>
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

    /// <summary>Null where there is none, or none of this network and run.</summary>
    /// <exception cref="InvalidInputException">It is damaged, or of another version.</exception>
    public SafetensorsFile? Read(TrainedNetwork network) => Read(network, out _);

    /// <param name="absent">Why it counts as absent; null where it does not.</param>
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

    /// <summary>That the file cannot be used.</summary>
    internal static InvalidInputException Unusable(string path, string why, Exception? cause = null) => new(
        $"the run's calibration cannot be used: {why}", "Remove the file: what it holds is then found again from the run's data",
        new SourceLocation(ShownPath.Of(path)), cause);

    /// <summary>Of the data, and of what was fitted on them.</summary>
    private static string HashOf(RunIdentity run) => Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"{run.DataHash}\n{run.Preparation}")));
}
