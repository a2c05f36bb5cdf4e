using System.IO.Hashing;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Tests.Checkpoints;
using RnnActors.Training.Files;
using Xunit;

namespace RnnActors.Training.Tests.Files;

public sealed class FileCacheTests : IDisposable
{
    private const string Node = "/node/files";

    private static readonly byte[] Content = [1, 2, 3, 250];
    private static readonly ContentHash Hash = new(XxHash128.HashToUInt128(Content));

    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    private string Path => System.IO.Path.Combine(_folder, Hash.ToString());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_added_has_the_hash_of_its_bytes_as_its_name_and_nothing_else_stays()
    {
        var cache = new FileCache(_folder);
        Assert.Equal(Hash, cache.Add(stream => stream.Write(Content)));
        Assert.Equal(Hash, cache.Add(stream => stream.Write(Content)));
        Assert.True(cache.Holds(Hash));
        Assert.Equal([Path], Directory.GetFileSystemEntries(_folder));
        Assert.Equal(Content, File.ReadAllBytes(Path));
    }

    /// <summary>Where it has returned, a power cut takes neither bytes nor name, whatever else a disk forgets.</summary>
    [Fact]
    public void What_was_added_survives_a_power_cut()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var disk = new SimulatedDisk(new Random(seed));
            new FileCache(Node, disk).Add(stream => stream.Write(Content));
            disk.Restart(power: true);
            Assert.True(new FileCache(Node, disk).Holds(Hash), $"seed {seed}");
        }
    }

    /// <summary>Whoever was told that a file is here counts on it, also where a process put it here that was killed before it flushed the name.</summary>
    [Fact]
    public void What_was_said_to_be_held_survives_a_power_cut()
    {
        string path = System.IO.Path.Combine(Node, Hash.ToString());
        for (int seed = 0; seed < 50; seed++)
        {
            var disk = new SimulatedDisk(new Random(seed));
            DurableFolder.Create(Node, disk);
            using (Stream stream = disk.Create(path + ".new"))
            {
                stream.Write(Content);
                disk.Flush(stream);
            }

            disk.Rename(path + ".new", path);
            disk.Restart(power: false);
            Assert.True(new FileCache(Node, disk).Holds(Hash));
            disk.Restart(power: true);
            Assert.True(new FileCache(Node, disk).Holds(Hash), $"seed {seed}");
        }
    }

    [Fact]
    public void A_file_of_the_process_before_is_held_when_its_bytes_are_those_of_its_name()
    {
        File.WriteAllBytes(Path, Content);
        Assert.True(new FileCache(_folder).Holds(Hash));
        Assert.Equal(Content, File.ReadAllBytes(Path));
    }

    [Fact]
    public void Any_change_of_a_byte_or_of_the_length_is_noticed_and_the_file_removed()
    {
        byte[][] damaged = [[], Content[..^1], [.. Content, 0],
            .. Content.Select((_, i) => (byte[])[.. Content.Select((value, j) => i == j ? (byte)(value ^ 1) : value)])];
        foreach (byte[] bytes in damaged)
        {
            File.WriteAllBytes(Path, bytes);
            Assert.False(new FileCache(_folder).Holds(Hash));
            Assert.False(File.Exists(Path));
        }
    }

    [Fact]
    public void What_was_removed_is_not_held_and_can_come_again()
    {
        var cache = new FileCache(_folder);
        cache.Add(stream => stream.Write(Content));
        cache.Remove(Hash);
        Assert.False(cache.Holds(Hash));
        File.WriteAllBytes(Path, [9]);
        Assert.False(cache.Holds(Hash));
        cache.Add(stream => stream.Write(Content));
        Assert.True(cache.Holds(Hash));
    }

    [Fact]
    public void A_file_that_cannot_be_written_leaves_nothing_and_says_why()
    {
        var cache = new FileCache(_folder);
        Assert.Throws<IOException>(() => cache.Add(_ => throw new IOException("the disk is full")));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }
}
