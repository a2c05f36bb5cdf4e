using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Protocol;
using RnnActors.Training.Remote;
using RnnActors.Training.Storage;
using RnnActors.Training.Threads;
using RnnActors.Training.Transfer;
using Xunit;

namespace RnnActors.Training.Tests.Remote;

/// <summary>Parts of one process in several runs share its memory.</summary>
public sealed class MemoryBesideSpecs : RemoteCoordinatorKit
{
    private readonly MemoryBeside _memory = new();

    [Fact]
    public void What_other_runs_take_of_the_memory_is_not_counted_on()
    {
        object other = new();
        _memory.Take(other, long.MaxValue / 4);
        Part(turn: 0);
        var failed = (PreparationFailed)FishForMessage(message => message is PreparationFailed, Patience);
        Assert.Equal(0, failed.Workers);
        Assert.Contains("of which runs take at least", failed.Reason, StringComparison.Ordinal);

        _memory.Return(other);
        var part = Part(turn: 1);
        Assert.Equal(1, ((RunPrepared)FishForMessage(message => message is RunPrepared, Patience)).Turn);
        Assert.True(_memory.Of(other) > 0);
        Sys.Stop(Watch(part));
        ExpectTerminated(part, Patience);
        Assert.Equal(0, _memory.Of(other));
    }

    private IActorRef Part(long turn)
    {
        var job = JobFiles.Describe(Training, new RunIdentity("{}", "{}", "data"), "test", 2, Store.Files, Datasets);
        // All of its files are here, so that it asks for none by the channel.
        var link = new NodeLink(5, TestActor, null!, new ChannelSink(Store.Files));
        return Sys.ActorOf(RemoteRun.Props(link, new PrepareRemoteRun(5, job, 0, turn), "name", 2, new RunFiles(Store.Files, Datasets), _memory));
    }
}
