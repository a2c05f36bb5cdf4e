using RnnActors.Core.Checkpoints;
using Xunit;

namespace RnnActors.Core.Tests.Checkpoints;

/// <summary>What a power cut needs, seen by what is flushed to the disk and what is there at that moment.</summary>
public sealed class DurableFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _flushed = [];

    public DurableFileTests() => LocalDisk.Flushed += Record;

    private string Place => _folder["file"];

    public void Dispose()
    {
        LocalDisk.Flushed -= Record;
        _folder.Dispose();
    }

    [Fact]
    public void A_file_is_flushed_whole_before_it_has_its_name_and_its_folder_after_it()
    {
        File.WriteAllText(Place, "old");
        DurableFile.Write(Place, stream => stream.Write("new one"u8));
        Assert.Equal(["file.tmp of 7 bytes beside old", "folder with new one"], _flushed);
    }

    [Fact]
    public void A_file_that_was_written_elsewhere_is_flushed_before_it_has_its_name_and_its_folder_after_it()
    {
        var stream = new FileStream(_folder["received"], FileMode.CreateNew);
        stream.Write("a part, and the rest"u8);
        stream.Flush();
        File.WriteAllText(Place, "old");
        DurableFile.Complete(stream, stream.Name, Place);
        Assert.Equal(["received of 20 bytes beside old", "folder with a part, and the rest"], _flushed);
    }

    [Fact]
    public void A_flush_that_fails_is_no_success()
    {
        var closed = new FileStream(_folder["closed"], FileMode.CreateNew);
        closed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => DurableFile.Complete(closed, closed.Name, Place));
        Assert.False(File.Exists(Place));
        if (OperatingSystem.IsWindows()) return;
        Assert.Throws<IOException>(() => DirectorySync.Flush(descriptor: -1, "folder"));
        Assert.Throws<IOException>(() => LocalDisk.Instance.FlushFolder(_folder["no such folder"]));
    }

    /// <summary>Other tests write files meanwhile.</summary>
    private void Record(string path)
    {
        if (path == _folder.Path) _flushed.Add($"folder with {File.ReadAllText(Place)}");
        else if (Path.GetDirectoryName(path) == _folder.Path)
            _flushed.Add($"{Path.GetFileName(path)} of {new FileInfo(path).Length} bytes beside {File.ReadAllText(Place)}");
    }
}
