using System.Diagnostics;
using RnnActors.Core.Checkpoints;
using Xunit;
using Xunit.Abstractions;

namespace RnnActors.EndToEnd.Tests.Cluster;

/// <summary>A coordinator whose disk is full goes on training, and says what it cannot keep.</summary>
public sealed class DiskTests(ITestOutputHelper log) : IDisposable
{
    private readonly TestCluster _cluster = new(log);
    private string? _mounted;

    public void Dispose()
    {
        if (_mounted is not null) Assert.Equal(0, Run("umount", "--lazy", _mounted));
        _cluster.Dispose();
    }

    [SkippableFact]
    public void A_full_disk_costs_checkpoints_and_not_the_run() => _cluster.Watch(() =>
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.UserName == "root", "A small file system is mounted by root on Linux.");
        string disk = _cluster.Place["coordinator"];
        Directory.CreateDirectory(disk);
        Skip.If(Run("mount", "-t", "tmpfs", "-o", "size=4m", "rnnactors-test", disk) != 0, "No file system can be mounted here.");
        _mounted = disk;
        _cluster.StartCoordinator();
        _cluster.StartWorker("worker");
        var run = _cluster.Train(TestCluster.Series);
        run.Await("checkpoint");

        string filler = Path.Combine(disk, "filler");
        using var enough = new CancellationTokenSource();
        var filling = Task.Run(() => KeepFull(filler, enough.Token));
        var failed = run.Await("checkpoint_failed", json => !json["reason"]!.GetValue<string>().Contains("busy", StringComparison.Ordinal));
        log.WriteLine($"step {failed["step"]}: {failed["reason"]}");
        run.AwaitProgress(50);
        var kept = new CheckpointFolder(Directory.GetDirectories(Path.Combine(disk, "runs")).Single()).Newest();
        Assert.NotNull(kept.Found);
        Assert.Empty(kept.Skipped);

        enough.Cancel();
        filling.Wait();
        File.Delete(filler);
        Assert.True(run.Await("checkpoint",
            json => json["step"]!.GetValue<long>() > failed["step"]!.GetValue<long>())["step"]!.GetValue<long>() > kept.Found.Step);
        _cluster.StopAndCompare(run);
    });

    /// <summary>Writes whenever the disk has a byte left: an old checkpoint that is removed later would else leave room for every new one.</summary>
    private static void KeepFull(string path, CancellationToken enough)
    {
        byte[] block = new byte[4096];
        while (!enough.IsCancellationRequested)
        {
            try
            {
                using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
                while (!enough.IsCancellationRequested) file.Write(block);
            }
            catch (IOException)
            {
                enough.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(1));
            }
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode;
    }
}
