using RnnActors.Core.Training;
using RnnActors.Training.Arrangement;
using Xunit;

namespace RnnActors.Training.Tests.Arrangement;

public sealed class ArrangementCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    private string File => Path.Combine(_folder, "a", "cache.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_kept_is_found_by_another_process()
    {
        new ArrangementCache(File).Keep("one", new WorkerTeams(3, 2));
        new ArrangementCache(File).Keep("two", new WorkerTeams(1, 4));
        new ArrangementCache(File).Keep("one", new WorkerTeams(2, 1));
        Assert.Equal(new WorkerTeams(2, 1), new ArrangementCache(File).Find("one"));
        Assert.Equal(new WorkerTeams(1, 4), new ArrangementCache(File).Find("two"));
        Assert.Null(new ArrangementCache(File).Find("three"));
        Assert.Equal([File], Directory.GetFileSystemEntries(Path.GetDirectoryName(File)!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[1, 2]")]
    [InlineData("{\"one\": null}")]
    [InlineData("{\"one\": 2}")]
    [InlineData("{\"one\": [2]}")]
    [InlineData("{\"one\": [2, null]}")]
    [InlineData("{\"one\": [2, \"1\"]}")]
    [InlineData("{\"one\": [2.5, 1]}")]
    [InlineData("{\"one\": [99999999999999, 1]}")]
    [InlineData("{\"one\": [2, 1], \"one\": [3, 1]}")]
    [InlineData("{\"one\": {\"workers\": [[[[]]]]}}")]
    public void A_hostile_file_finds_nothing_and_is_written_over(string content)
    {
        Write(content);
        var cache = new ArrangementCache(File);
        Assert.Null(cache.Find("one"));
        cache.Keep("one", new WorkerTeams(2, 1));
        Assert.Equal(new WorkerTeams(2, 1), cache.Find("one"));
    }

    [Fact]
    public void A_file_of_random_bytes_or_of_any_length_finds_nothing()
    {
        byte[] bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        Write("");
        System.IO.File.WriteAllBytes(File, bytes);
        Assert.Null(new ArrangementCache(File).Find("one"));
        Write($"{{\"one\": [2, 1]}}{new string(' ', ArrangementCache.MaxBytes)}");
        Assert.Null(new ArrangementCache(File).Find("one"));
        Write($"{new string('[', 10_000)}");
        Assert.Null(new ArrangementCache(File).Find("one"));
    }

    /// <summary>A folder in the place of the file, and a file in that of the folder: neither can be read nor written, whoever runs the test.</summary>
    [Fact]
    public void Where_nothing_can_be_written_nothing_is_kept_and_nothing_fails()
    {
        Directory.CreateDirectory(Path.Combine(File, "inside"));
        var cache = new ArrangementCache(File);
        cache.Keep("one", new WorkerTeams(2, 1));
        Assert.Null(cache.Find("one"));
        Assert.Equal([File], Directory.GetFileSystemEntries(Path.GetDirectoryName(File)!));
        string plain = Path.Combine(_folder, "plain");
        System.IO.File.WriteAllText(plain, "");
        cache = new ArrangementCache(Path.Combine(plain, "cache.json"));
        cache.Keep("one", new WorkerTeams(2, 1));
        Assert.Null(cache.Find("one"));
    }

    [Fact]
    public void The_oldest_choices_make_room_for_new_ones()
    {
        var cache = new ArrangementCache(File);
        for (int i = 0; i <= ArrangementCache.MaxEntries; i++) cache.Keep($"{i}", new WorkerTeams(i + 1, 1));
        Assert.Null(cache.Find("0"));
        Assert.Equal(new WorkerTeams(2, 1), cache.Find("1"));
        Assert.Equal(new WorkerTeams(ArrangementCache.MaxEntries + 1, 1), cache.Find($"{ArrangementCache.MaxEntries}"));
        Assert.True(new FileInfo(File).Length < ArrangementCache.MaxBytes);
    }

    [Fact]
    public void A_processor_is_known_by_its_name_and_model()
    {
        string[] two = ["processor\t: 0", "cpu family\t: 26", "model\t\t: 2", "model name\t: A: B", "cpu MHz\t: 4100", "", "processor\t: 1", "model name\t: C"];
        Assert.Equal("26 2 A: B", ArrangementKey.FromLinux(two));
        Assert.Equal("", ArrangementKey.FromLinux(["no field", "bogomips : 2"]));
    }

    private void Write(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, content);
    }
}
