using System.Collections.Concurrent;
using System.Net;
using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Files;
using RnnActors.Training.Membership;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using RnnActors.Training.Tests.Client;
using RnnActors.Training.Tests.Transfer;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

/// <summary>A node's half of the cluster, whose coordinator is the test; the clock goes when the test says so.</summary>
public abstract class RemoteCoordinatorKit : VirtualTimeKit
{
    private readonly ChannelListener _listener = ChannelListener.Start(new IPEndPoint(IPAddress.Loopback, 0), null);

    private protected RemoteCoordinatorKit()
    {
        Store = new NodeDirectory(Folder);
        Store.WriteEpoch(5);
        Node = Sys.ActorOf(RemoteCoordinator.Props(new RemoteCoordinatorSettings(
            new NodeDescription("id", "name", true, 2, 0, 256, "1.0.0", 0), Store, new RunFiles(Store.Files, Datasets),
                TestActor.Path.ToStringWithoutAddress(), null, ChannelSettings.Default, Said.Enqueue)
        {
            Readiness = Readiness,
        }));
        Assert.Equal(5, ExpectMsg<RegisterNode>(Patience).Node.HighestEpoch);
    }

    private protected string Folder { get; } = Directory.CreateTempSubdirectory("rnnactors-").FullName;

    private protected NodeDirectory Store { get; }

    private protected DatasetFile Datasets { get; } = new([new MemoryFormat()]);

    private protected TrainingJob Training { get; } = AnswerKey.Create("streams");

    /// <summary>What the node has reported.</summary>
    private protected ConcurrentQueue<string> Said { get; } = [];

    private protected IActorRef Node { get; }

    private protected NodeReadiness Readiness { get; } = new();

    protected override void AfterAll()
    {
        base.AfterAll();
        _listener.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Whatever happened before, a new coordinator finds a node that works.</summary>
    private protected void ComputesStill(long epoch)
    {
        var sink = Open(epoch);
        var job = Prepare(epoch);
        Publish(sink, job, epoch, step: 0);
        Say(sink, job, epoch, Order(job, epoch, new WireOrder(1, 0, 4, 0)));
        FishForMessage(message => message is RemoteShardsComputed, Patience);
    }

    private protected ChannelAddress Address(RecordingSink sink) => new("127.0.0.1", _listener.Port, _listener.Expect(sink));

    /// <summary>What the node says by the channel is read beside what it says by Akka.</summary>
    private protected RecordingSink Open(long epoch)
    {
        var sink = new RecordingSink { Telling = message => TestActor.Tell(WireSerializer.Unpack(message)) };
        Node.Tell(new NodeAccepted(epoch, Address(sink)), TestActor);
        _ = sink.Channel;
        return sink;
    }

    private protected JobDescription Prepare(long epoch) => Prepare(epoch, Training, "data");

    private protected JobDescription Prepare(long epoch, TrainingJob training, string data, long turn = 0)
    {
        var job = JobFiles.Describe(training, new RunIdentity("{}", "{}", data), "test", 2, Store.Files, Datasets);
        // The channel is open here a moment before the node knows it.
        AwaitAssert(() =>
        {
            Node.Tell(new PrepareRemoteRun(epoch, job, 0, turn), TestActor);
            FishForMessage(message => message is RunPrepared prepared && prepared.Turn == turn, TimeSpan.FromSeconds(1));
        }, Patience);
        return job;
    }

    private protected void Publish(RecordingSink sink, JobDescription job, long epoch, long step, int part = 0, long turn = 0) =>
        sink.Channel.Send(
            new FrameDescription(FrameKind.Parameters, NameOfFrames(job, turn), epoch, step, Part: part), Training.Model.CreateParameters(1).Memory);

    private protected static void Say(RecordingSink sink, JobDescription job, long epoch, IStepMessage message, long turn = 0) =>
        sink.Channel.Tell(Message(job, epoch, turn), WireSerializer.Pack(message));

    private protected static FrameDescription Message(JobDescription job, long epoch, long turn = 0) => new(FrameKind.Message, NameOfFrames(job, turn), epoch);

    private protected static ContentHash NameOfFrames(JobDescription job, long turn) => new PrepareRemoteRun(5, job, 0, turn).NameOfFrames();

    private protected ComputeRemoteShards Order(JobDescription job, long epoch, WireOrder order) => new(
        epoch, job.RunId, 0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(Training.CreatePlan().NextRows(TrainingProgress.Start).AsSpan()).ToArray(),
            false, [order], Parts: 1);

    /// <summary>When time goes on, the node asks to be let in. What it said before is passed over.</summary>
    private protected void AwaitRegistration(long epoch) => AwaitAssert(() =>
    {
        Advance(TimeSpan.FromMilliseconds(250));
        var register = (RegisterNode)FishForMessage(message => message is RegisterNode, TimeSpan.FromMilliseconds(200));
        Assert.Equal(epoch, register.Node.HighestEpoch);
    }, Patience);

    private protected void AwaitPresence(string? runId) => AwaitAssert(() =>
    {
        Advance(TimeSpan.FromMilliseconds(250));
        FishForMessage(message => message is NodePresent present && present.RunId == runId, TimeSpan.FromMilliseconds(100));
    }, Patience);

    private protected Task<ActorIdentity> Settled() => Node.Ask<ActorIdentity>(new Identify(0), Patience);
}
