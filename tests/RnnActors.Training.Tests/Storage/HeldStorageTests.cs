using RnnActors.Training.Files;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Storage;

public sealed class HeldStorageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly NodeDirectory _directory;
    private readonly StorageUse _use = new();
    private readonly HeldStorage _held;

    public HeldStorageTests()
    {
        _directory = new NodeDirectory(_folder);
        _held = new HeldStorage(_directory, _use);
    }

    [Fact]
    public void Runs_that_have_not_ended_are_needed_with_their_data_and_others_where_a_part_says_so()
    {
        string open = Add("open data"), ended = Add("data of one that has ended"), followed = Add("data that a client follows");
        var waiting = Store(open, null);
        var complete = Store(ended, RunEnding.Complete);
        Assert.Equal([(open, true), (ended, false), (followed, false), (waiting, true), (complete, false)], Needed([open, ended, followed, waiting, complete]));

        _use.Need("coordinator", [complete, followed]);
        Assert.Equal([(open, true), (ended, false), (followed, true), (waiting, true), (complete, true)], Needed([open, ended, followed, waiting, complete]));
    }

    /// <summary>Every file that a run's job names is needed while the run has not ended, whatever the name is for.</summary>
    [Fact]
    public void All_files_of_a_job_are_needed_until_it_has_ended()
    {
        foreach (RunEnding? ending in (RunEnding?[])[null, RunEnding.Complete])
        {
            string[] files = [.. ((string[])["train", "validation", "start"]).Select(what => Add($"{what} of {ending}"))];
            Store(files[0], ending, files[1], files[2]);
            Assert.Equal(files.Select(file => (file, ending is null)), Needed(files));
        }
    }

    /// <summary>Data that two runs share go with the second of them: the first to end takes nothing of the other's away.</summary>
    [Fact]
    public void What_two_runs_share_stays_until_both_have_ended()
    {
        string shared = Add("data of both"), own = Add("validation of the second");
        string first = Store(shared, RunEnding.Complete), second = Store(shared, null, own);
        Assert.Equal([(shared, true), (own, true), (first, false), (second, true)], Needed([shared, own, first, second]));
        Assert.Equal([first], DeleteAll());
        Assert.True(_directory.Files.Holds(ContentHash.Parse(shared)));
        Assert.Equal(second, Assert.Single(_directory.ReadRuns()).Job.RunId);

        Assert.Equal(second, Store(shared, RunEnding.Complete, own));
        Assert.Equal(new[] { shared, own, second }.Order(StringComparer.Ordinal), DeleteAll());
        Assert.Empty(_held.List());

        IEnumerable<string> DeleteAll() =>
        [
            .. RetentionRule.Choose(_held.List(), new RetentionLimits(TimeSpan.Zero, 0, 0), DateTimeOffset.UtcNow.AddDays(1))
                .Where(deletion => _held.Delete(deletion.Item)).Select(deletion => deletion.Item.Name).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>A run was used when the newest of its files was: writing to a file does not touch its folder.</summary>
    [Fact]
    public void A_run_that_writes_counts_as_used()
    {
        string run = Store(Add("data"), RunEnding.Complete), folder = Path.Combine(_directory.RunsFolder, run);
        foreach (string file in Directory.EnumerateFiles(folder)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow);
        Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddDays(-40));

        Assert.True(DateTimeOffset.UtcNow - _held.List().Single(item => item.Name == run).LastUsed < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void What_is_deleted_is_gone_and_what_is_needed_meanwhile_stays()
    {
        string data = Add("data"), run = Store(data, RunEnding.Stopped);
        var items = _held.List();
        _use.Need("coordinator", [data]);

        Assert.False(_held.Delete(items.Single(item => item.Name == data)));
        Assert.True(_held.Delete(items.Single(item => item.Name == run)));

        Assert.Equal(data, Assert.Single(_held.List()).Name);
        Assert.Empty(_directory.ReadRuns());
        Assert.True(_directory.Files.Holds(ContentHash.Parse(data)));
    }

    [Fact]
    public void What_a_killed_process_had_begun_to_delete_or_to_write_is_seen()
    {
        string data = Add("data");
        Directory.CreateDirectory(Path.Combine(_directory.RunsFolder, ".deleted-0123"));
        File.WriteAllText(Path.Combine(_directory.FilesFolder, ".deleted-0123"), "");
        File.WriteAllText(Path.Combine(_directory.FilesFolder, "abc.new"), "half");

        Assert.Equal([(HeldKind.Data, data), (HeldKind.Remains, "abc.new")], _held.List().Select(item => (item.Kind, item.Name)).Order());
        Assert.Empty(Directory.GetFileSystemEntries(_folder, ".deleted-*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_file_that_is_asked_for_counts_as_used()
    {
        var data = ContentHash.Parse(Add("data"));
        File.SetLastWriteTimeUtc(_directory.Files.PathOf(data), DateTime.UtcNow.AddDays(-40));

        Assert.True(_directory.Files.Holds(data));

        Assert.True(DateTimeOffset.UtcNow - Assert.Single(_held.List()).LastUsed < TimeSpan.FromMinutes(1));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Add(string content) => _directory.Files.Add(stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(content))).ToString();

    private string Store(string data, RunEnding? ending, string? validation = null, string? start = null)
    {
        var job = new JobDescription("", "a run", "{}", "{}", data, validation, start, 1, 1, "{}", "{}", "");
        job = job with { RunId = StoredRecords.IdOf(job) };
        _directory.WriteRun(new RunRecord(job, 1, ending is { } how ? new RunEnded(job.RunId, how, null, null, null) : null));
        return job.RunId;
    }

    private IEnumerable<(string, bool)> Needed(string[] names)
    {
        var items = _held.List();
        return [.. names.Select(name => (name, items.Single(item => item.Name == name).IsNeeded))];
    }
}
