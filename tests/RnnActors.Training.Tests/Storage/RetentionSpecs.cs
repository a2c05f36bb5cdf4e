using Akka.Actor;
using RnnActors.Training.Storage;
using Xunit;

namespace RnnActors.Training.Tests.Storage;

public sealed class RetentionSpecs : PatientKit
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    /// <summary>The coordinator alone knows the runs of a directory that candidates share: before it has spoken, all may be needed.</summary>
    [Fact]
    public void Of_a_shared_directory_nothing_is_deleted_before_the_coordinator_has_said_what_it_needs()
    {
        var directory = new NodeDirectory(_folder);
        var use = new StorageUse();
        string path = directory.Files.PathOf(directory.Files.Add(stream => stream.Write([1, 2, 3])));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-40));
        var said = CreateTestProbe();
        var limits = new RetentionLimits(TimeSpan.FromDays(30), 100, 1L << 40);
        var retention = Sys.ActorOf(Retention.Props(new RetentionSettings(
            directory, use, limits, "/user/nobody", IsShared: true, TimeProvider.System, text => said.Tell(text))));

        retention.Tell(Retention.Sweep.Instance);
        AwaitCondition(() => use.Status is not null);
        Assert.True(File.Exists(path));

        use.Need(Retention.Coordinator, []);
        AwaitCondition(() =>
        {
            retention.Tell(Retention.Sweep.Instance); // one that comes during a look is passed over
            return !File.Exists(path);
        });
        Assert.Contains("Deleted 1 file of data", said.ExpectMsg<string>(), StringComparison.Ordinal);
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_folder, recursive: true);
    }
}
