using System.Diagnostics;
using RnnActors.Core.Checkpoints;
using RnnActors.EndToEnd.Tests.Processes;
using Xunit;

namespace RnnActors.EndToEnd.Tests;

/// <summary>Runs whose folder lies on a small file system of its own: on another one, a full one, a read-only one.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly Workplace _at = new();
    private string? _mounted;

    public void Dispose()
    {
        if (_mounted is not null) Assert.Equal(0, Run("umount", "--lazy", _mounted));
        _at.Dispose();
    }

    [SkippableFact]
    public void A_folder_that_is_read_only_is_refused_with_what_to_do()
    {
        Mount("size=1m,ro");
        var refused = Rnnactors.Run(_at.Path, "train", Workplace.Forecast, "--max-steps", "5", "--out", "disk/run", "--no-plot");
        Assert.True(refused.ExitCode == 2, refused.ToString());
        Assert.Contains("checkpoints cannot be written to this folder: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Choose another with --out, or make it writable.", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    /// <summary>A disk that is full costs the later checkpoints: what is there stays whole, and the run goes on from it to the same bits.</summary>
    [SkippableFact]
    public void On_another_file_system_that_is_full_the_last_checkpoint_stands_and_the_run_goes_on_from_it()
    {
        Mount("size=1m");
        _ = Rnnactors.RunToDone(_at.Path, "train", Workplace.Forecast, "--max-steps", "10", "--out", "disk/run", "--no-plot");
        string filler = _at["disk/filler"];
        Fill(filler);
        var full = Rnnactors.Run(_at.Path, "resume", "disk/run", "--max-steps", "20", "--no-plot");
        Assert.DoesNotContain("   at ", full.Error, StringComparison.Ordinal);
        Assert.Contains("No space left on device", full.Output + full.Error, StringComparison.Ordinal);
        CheckpointSearch left = new CheckpointFolder(_at["disk/run"]).Newest();
        Assert.Equal((10, 0), ((int)left.Found!.Step, left.Skipped.Count));

        File.Delete(filler);
        string whole = Rnnactors.Parameters(Rnnactors.RunToDone(_at.Path, "train", Workplace.Forecast, "--max-steps", "20", "--out", "whole", "--no-plot"));
        Assert.Equal(whole, Rnnactors.Parameters(Rnnactors.RunToDone(_at.Path, "resume", "disk/run", "--max-steps", "20", "--no-plot")));
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (byte[] block = new byte[4096]; ;) file.Write(block);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    private void Mount(string options)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.UserName == "root", "A small file system is mounted by root on Linux.");
        string disk = Directory.CreateDirectory(_at["disk"]).FullName;
        Skip.If(Run("mount", "-t", "tmpfs", "-o", options, "rnnactors-test", disk) != 0, "No file system can be mounted here.");
        _mounted = disk;
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
