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

    [Fact]
    public void Blocks_and_messages_of_another_run_or_of_another_coordinators_epoch_go_nowhere()
    {
        var sink = new ChannelSink(new FileCache(_folder));
        var inbox = new RecordingInbox();
        ContentHash run = new(1), other = new(2);
        sink.RouteTo(run, epoch: 5, inbox);
        foreach (var (of, epoch) in new[] { (run, 4L), (run, 6), (run, 0), (run, -5), (other, 5), (run, 5) })
        {
            var transfer = new FrameDescription(FrameKind.Parameters, of, epoch);
            var frame = new Frame(transfer, 0, 4, 4);
            Assert.Equal((of, epoch) == (run, 5) ? inbox.Target : FrameTarget.Discard, sink.Accept(frame));
            sink.Received(frame);
            sink.Told(transfer with { Kind = FrameKind.Message }, [7]);
        }

        Assert.Equal(["accepted of 5", "received of 5", "told 7"], inbox.Happened);
    }

    [Fact]
    public void Blocks_of_several_runs_go_to_the_inbox_of_each()
    {
        var sink = new ChannelSink(new FileCache(_folder));
        RecordingInbox first = new(), second = new();
        sink.RouteTo(new ContentHash(1), epoch: 5, first);
        sink.RouteTo(new ContentHash(2), epoch: 5, second);
        Tell(1, 7);
        Tell(2, 8);
        sink.RouteAwayFrom(first);
        Tell(1, 9);
        Tell(2, 10);
        sink.RouteNowhere();
        Tell(2, 11);
        Assert.Equal(["told 7"], first.Happened);
        Assert.Equal(["told 8", "told 10"], second.Happened);

        void Tell(int run, byte message) => sink.Told(new FrameDescription(FrameKind.Message, new ContentHash((UInt128)run), 5), [message]);
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

    private sealed class RecordingInbox : IRunInbox
    {
        public FrameTarget Target { get; } = FrameTarget.Into(new float[1]);

        public List<string> Happened { get; } = [];

        public FrameTarget Accept(in Frame frame)
        {
            Happened.Add($"accepted of {frame.Transfer.Epoch}");
            return Target;
        }

        public void Received(in Frame frame) => Happened.Add($"received of {frame.Transfer.Epoch}");

        public void Told(ReadOnlySpan<byte> message) => Happened.Add($"told {message[0]}");
    }
}
