using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Core.Checkpoints;

/// <summary>The checkpoint that was found, and the files that were skipped because they are damaged.</summary>
/// <param name="Found">Null where the folder has no valid one.</param>
public sealed record CheckpointSearch(Checkpoint? Found, IReadOnlyList<SkippedCheckpoint> Skipped);

/// <summary>A checkpoint file that cannot be used.</summary>
/// <param name="Reason">A complete message that names the file.</param>
public sealed record SkippedCheckpoint(string Path, string Reason);

/// <summary>A folder of checkpoints, read only: <c>step-00000200.safetensors</c>, …, and <c>best.safetensors</c>. Any process may read while one
/// writes.</summary>
/// <param name="disk">Null for the local disk.</param>
public sealed class CheckpointFolder(string path, IDisk? disk = null)
{
    internal const string Extension = ".safetensors";
    private const string Prefix = "step-";

    public string Path { get; } = path;

    public IDisk Disk { get; } = disk ?? LocalDisk.Instance;

    public string BestPath => System.IO.Path.Combine(Path, $"best{Extension}");

    public string PathOf(long step) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D8}{Extension}"));

    /// <summary>Whether <paramref name="name"/> is a checkpoint's file name, exactly as this class writes it. A path is not.</summary>
    public static bool IsCheckpointName(string name)
    {
        var folder = new CheckpointFolder("");
        return name == folder.BestPath || (name.StartsWith(Prefix, StringComparison.Ordinal) && folder.StepOf(name) is { } step && folder.PathOf(step) == name);
    }

    /// <summary>The step in a checkpoint's file name; null for any other name.</summary>
    public static long? StepOfName(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? new CheckpointFolder("").StepOf(name) : null;

    /// <summary>The steps that have a file, latest first. Files are not opened, so some may be damaged.</summary>
    /// <exception cref="InvalidInputException">The folder cannot be read.</exception>
    public IReadOnlyList<long> Steps()
    {
        try
        {
            return Disk.HasFolder(Path) ? [.. EnumerateSteps().OrderDescending()] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"the folder cannot be read: {e.Message.TrimEnd('.')}", where: new SourceLocation(Path), cause: e);
        }
    }

    /// <summary>
    /// The newest valid checkpoint, tried from the latest step backwards. Where every step's file is damaged it is <c>best.safetensors</c>, from which a run
    /// can be resumed as well.
    /// </summary>
    /// <param name="keep">Selects by name the tensors to keep in memory; null for all.</param>
    public CheckpointSearch Newest(Predicate<string>? keep = null)
    {
        List<SkippedCheckpoint> skipped = [];
        foreach (long step in Steps())
        {
            if (TryRead(PathOf(step), step, skipped, keep) is { } found) return new CheckpointSearch(found, skipped);
        }

        return new CheckpointSearch(TryRead(BestPath, null, skipped, keep), skipped);
    }

    /// <summary>The checkpoint with the best validation result so far (<c>best.safetensors</c>).</summary>
    public CheckpointSearch Best()
    {
        List<SkippedCheckpoint> skipped = [];
        return new CheckpointSearch(TryRead(BestPath, null, skipped), skipped);
    }

    internal IEnumerable<long> EnumerateSteps() => Disk.FilesOf(Path, $"{Prefix}*{Extension}").Select(StepOf).OfType<long>();

    private Checkpoint? TryRead(string path, long? step, List<SkippedCheckpoint> skipped, Predicate<string>? keep = null)
    {
        if (!Disk.HasFile(path)) return null;
        try
        {
            Checkpoint checkpoint = CheckpointFile.Read(path, keep, Disk);
            if (step is null || step == checkpoint.Step) return checkpoint;
            skipped.Add(new SkippedCheckpoint(path, $"{path}: it is the checkpoint of step {checkpoint.Step}, and its name says {step}."));
        }
        catch (InvalidInputException e)
        {
            skipped.Add(new SkippedCheckpoint(path, e.Message));
        }

        return null;
    }

    /// <summary>The step in a file's name; null unless the name is exactly as we write it.</summary>
    private long? StepOf(string path)
    {
        ReadOnlySpan<char> name = System.IO.Path.GetFileNameWithoutExtension(path.AsSpan());
        return long.TryParse(name[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            && System.IO.Path.GetFileName(PathOf(step)) == System.IO.Path.GetFileName(path)
            ? step
            : null;
    }
}
