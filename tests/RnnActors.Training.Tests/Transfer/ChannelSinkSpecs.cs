using Akka.TestKit.Xunit2;
using RnnActors.Training.Files;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Transfer;

public sealed class ChannelSinkSpecs : TestKit
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Two parts of a node may want the same data at the same time.</summary>
    [Fact]
    public void A_file_that_is_there_by_the_time_that_it_comes_is_told_of_as_often_as_it_was_asked_for()
    {
        var files = new FileCache(_folder);
        var sink = new ChannelSink(files);
        sink.Attach(TestActor);
        var file = new ContentHash(7);
        for (int asked = 0; asked < 3; asked++) sink.Want(file);
        Assert.NotNull(sink.AcceptFile(file, 1).Path);
        File.WriteAllText(files.PathOf(file), "7");
        sink.FileReceived(file, files.PathOf(file));
        Assert.Equal(file, ExpectMsg<ChannelSink.FileArrived>().File);
        for (int asked = 0; asked < 2; asked++)
        {
            var target = sink.AcceptFile(file, 1);
            Assert.Equal((null, null), (target.Path, target.Refusal));
            Assert.Equal(file, ExpectMsg<ChannelSink.FileArrived>().File);
        }

        Assert.NotNull(sink.AcceptFile(file, 1).Refusal);
        ExpectNoMsg(0);
    }
}
