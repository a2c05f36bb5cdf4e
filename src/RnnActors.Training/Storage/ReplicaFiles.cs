using RnnActors.Core.Checkpoints;
using RnnActors.Core.Problems;
using RnnActors.Training.Files;
using RnnActors.Training.Protocol;

namespace RnnActors.Training.Storage;

/// <summary>The files of a run's folder that a copy needs. The methods read the disk.</summary>
internal static class ReplicaFiles
{
    /// <summary>The newest checkpoint of a folder that can be read and the best, with their hashes.</summary>
    /// <param name="report">Called for checkpoints that cannot be read and are skipped.</param>
    public static IReadOnlyList<ReplicaFile> Newest(CheckpointFolder folder, Action<string> report)
    {
        List<ReplicaFile> files = [];
        try
        {
            foreach (long step in folder.Steps())
            {
                if (TryRead(folder.PathOf(step), folder.Disk, report) is not { } newest) continue;
                files.Add(newest);
                break;
            }
        }
        catch (InvalidInputException e)
        {
            report(e.Message.TrimEnd('.'));
        }

        if (TryRead(folder.BestPath, folder.Disk, report) is { } best) files.Add(best);
        return files;
    }

    /// <summary>The step of a checkpoint's file; 0 for the best one.</summary>
    public static long StepOf(ReplicaFile file) =>
        CheckpointFolder.IsCheckpointName(file.Name) && long.TryParse(
            Path.GetFileNameWithoutExtension(file.Name.AsSpan())[(file.Name.IndexOf('-', StringComparison.Ordinal) + 1)..], out long step) ? step : 0;

    /// <summary>The runs of a directory, each with the step of its newest checkpoint.</summary>
    public static HeldRun[] Held(NodeDirectory directory)
    {
        try
        {
            return [.. directory.ReadRuns().Select(run => new HeldRun(
                run.Job.RunId, directory.CheckpointsOf(run.Job.RunId).Steps() is [var newest, ..] ? newest : 0))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            return [];
        }
    }

    private static ReplicaFile? TryRead(string path, IDisk disk, Action<string> report)
    {
        try
        {
            return new ReplicaFile(Path.GetFileName(path), ContentHash.OfFile(path, disk).ToString());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // there is none, or the run has removed it and has a newer one
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report($"The checkpoint '{path}' cannot be read and is passed over: {e.Message.TrimEnd('.')}");
            return null;
        }
    }
}
