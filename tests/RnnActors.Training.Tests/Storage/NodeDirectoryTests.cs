using RnnActors.Core.Problems;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Storage;

public sealed class NodeDirectoryTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly NodeDirectory _directory;

    public NodeDirectoryTests() => _directory = new NodeDirectory(Path.Combine(_folder, "data"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(long.MaxValue)]
    public void The_epoch_comes_back(long epoch)
    {
        _directory.WriteEpoch(long.MaxValue);
        _directory.WriteEpoch(epoch);
        Assert.Equal(epoch, new NodeDirectory(_directory.Path).ReadEpoch());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    [InlineData("1 2")]
    public void Without_an_epoch_that_can_be_read_it_is_that_of_nobody(string? content)
    {
        Directory.CreateDirectory(_directory.Path);
        if (content is not null) File.WriteAllText(Path.Combine(_directory.Path, "epoch"), content);
        Assert.Equal(0, _directory.ReadEpoch());
    }

    [Fact]
    public void Runs_come_back_in_their_order_with_how_they_ended()
    {
        var first = Run(2, "a") with { Ending = new RunEnded(Run(2, "a").Job.RunId, RunEnding.Failed, "no", null, null) };
        var second = Run(1, "b");
        _directory.WriteRun(first);
        _directory.WriteRun(second);
        Assert.Equal([second, first], new NodeDirectory(_directory.Path).ReadRuns());
    }

    [Fact]
    public void A_record_with_any_byte_missing_or_of_another_run_is_passed_over()
    {
        var (run, whole) = (Run(1, "a"), Run(2, "b"));
        _directory.WriteRun(run);
        _directory.WriteRun(whole);
        string record = Directory.GetFiles(_directory.FolderOf(run.Job.RunId)).Single();
        byte[] bytes = File.ReadAllBytes(record);
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(record, bytes[..length]);
            Assert.Equal([whole], _directory.ReadRuns());
        }

        File.Copy(Path.Combine(_directory.FolderOf(whole.Job.RunId), Path.GetFileName(record)), record, overwrite: true);
        Assert.Equal([whole], _directory.ReadRuns());
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../../../../../../../../../etc/aaaaa")]
    [InlineData("0123456789abcdef0123456789abcde/")]
    public void No_identity_of_a_run_leads_out_of_the_directory(string identity) => Assert.Throws<InvalidInputException>(() => _directory.FolderOf(identity));

    [Fact]
    public void One_node_holds_a_directory_at_a_time()
    {
        using (_directory.Lock(isShared: false))
        {
            foreach (bool isShared in new[] { false, true })
            {
                var refused = Assert.Throws<InvalidInputException>(() => new NodeDirectory(_directory.Path).Lock(isShared));
                Assert.Contains($"process {Environment.ProcessId} on ", refused.Message, StringComparison.Ordinal);
                Assert.Contains("give this node another data directory", refused.Message, StringComparison.Ordinal);
            }
        }

        _directory.Lock(isShared: false).Dispose();
    }

    [Fact]
    public void Nodes_that_share_a_directory_hold_it_together_and_against_one_that_does_not()
    {
        using (_directory.Lock(isShared: true))
        using (new NodeDirectory(_directory.Path).Lock(isShared: true)) Assert.Throws<InvalidInputException>(() =>
            new NodeDirectory(_directory.Path).Lock(isShared: false));
        _directory.Lock(isShared: false).Dispose();
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_the_users_to_mend()
    {
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        var refused = Assert.Throws<InvalidInputException>(() => new NodeDirectory(Path.Combine(_folder, "file", "data")).Lock(isShared: false));
        Assert.Contains("the node's data directory cannot be written", refused.Message, StringComparison.Ordinal);
    }

    private static RunRecord Run(long number, string name)
    {
        var job = new JobDescription("", name, "[]", "{}", new string('0', 32), null, null, null, 3, "{}", "{}", "data");
        return new RunRecord(job with { RunId = StoredRecords.IdOf(job) }, number, null);
    }
}
