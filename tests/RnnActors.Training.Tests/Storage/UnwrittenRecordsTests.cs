using CsCheck;
using RnnActors.Training.Protocol;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Storage;

public sealed class UnwrittenRecordsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;
    private readonly List<string> _said = [];
    private bool _isFull;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Whenever the disk is full meanwhile, the newest of all that was written is there once it has room.</summary>
    [Fact]
    public void What_a_full_disk_refused_is_written_when_it_has_room() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 4], Gen.Bool, (run, action, isFull) => (run, action, isFull)).Array[1, 20].Sample(written =>
        {
            var directory = new NodeDirectory(Path.Combine(_folder, Path.GetRandomFileName()));
            var records = new UnwrittenRecords(directory, _said.Add, CheckRoom);
            Dictionary<string, RunRecord> newest = [];
            long epoch = 0;
            foreach (var (run, action, isFull) in written)
            {
                _isFull = isFull;
                if (action == 0) records.WriteEpoch(++epoch);
                else if (action == 1) records.TryAgain();
                else
                {
                    var record = Run(run, priority: newest.Count + action + (int)epoch);
                    records.Write(newest[record.Job.RunId] = record);
                }

                if (isFull && action != 1) Assert.False(records.IsEmpty);
            }

            _isFull = false;
            records.TryAgain();
            Assert.True(records.IsEmpty);
            Assert.Equal(epoch, directory.ReadEpoch());
            Assert.Equal(newest.Values.OrderBy(run => run.Number), directory.ReadRuns());
        }, iter: 50, threads: 1);

    [Fact]
    public void It_is_said_once_and_a_higher_epoch_or_a_deleted_run_stays()
    {
        var directory = new NodeDirectory(Path.Combine(_folder, "data"));
        var records = new UnwrittenRecords(directory, _said.Add, CheckRoom);
        _isFull = true;
        records.WriteEpoch(3);
        records.Write(Run(1, priority: 0));
        records.TryAgain();
        Assert.Equal(["The epoch could not be written: the disk is full", "The record of run 1 could not be written: the disk is full"], _said);
        directory.WriteEpoch(9);
        records.Forget(Run(1, priority: 0).Job.RunId);
        _isFull = false;
        records.TryAgain();
        Assert.Equal(9, directory.ReadEpoch());
        Assert.Empty(directory.ReadRuns());
    }

    private void CheckRoom()
    {
        if (_isFull) throw new IOException("the disk is full.");
    }

    private static RunRecord Run(int number, int priority)
    {
        var job = new JobDescription("", $"run {number}", "[]", "{}", new string('0', 32), null, null, null, 3, "{}", "{}", "data");
        return new RunRecord(job with { RunId = StoredRecords.IdOf(job) }, number, null, Priority: priority);
    }
}
