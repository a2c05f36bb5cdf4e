using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.Coordinator;
using RnnActors.Training.Events;
using RnnActors.Training.Protocol;
using RnnActors.Training.Tests.Local;
using RnnActors.Training.Worker;
using Xunit;

namespace RnnActors.Training.Tests.Coordinator;

public class CoordinatorActorSpecs : PatientKit
{
    /// <summary>The checkpoints of two epochs wait for the disk when the third one fails.</summary>
    [Fact]
    public async Task A_run_that_fails_ends_when_its_waiting_checkpoints_are_written()
    {
        using Gate failed = new(), disk = new();
        var job = AnswerKey.Create("lstm", epochs: 4);
        int epochs = 0, restarts = 0;
        var sink = new ObservedSink(_ => disk.Wait());
        var completion = new TaskCompletionSource<TrainingOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var data = new ObservedDataset(job.Data, (_, _) => Volatile.Read(ref epochs) == 2);
        var coordinator = Sys.ActorOf(CoordinatorActor.Props(
            new CoordinatorSettings(job with { Data = data }, 1, sink, happened =>
            {
                if (happened is EpochDone) Interlocked.Increment(ref epochs);
                if (happened is WorkerRestarted && ++restarts == 3) failed.Set();
            }),
            completion));
        Sys.ActorOf(WorkerNode.Props(1, coordinator));
        failed.Wait();

        // Answered after everything that the failure brought about.
        coordinator.Tell(new NodeJoined(0), TestActor);
        ExpectMsg<PrepareRun>();
        Assert.False(completion.Task.IsCompleted);
        disk.Set();
        await Assert.ThrowsAsync<TrainingFailedException>(() => completion.Task);
        Assert.Equal([3, 6], sink.Saved.Select(saved => saved.State.Progress.Step));
    }

    [Fact]
    public async Task Nodes_that_join_later_work_from_the_next_step_on()
    {
        var job = AnswerKey.Create("streams", epochs: 6);
        var key = AnswerKey.Of(job);
        var completion = new TaskCompletionSource<TrainingOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        using Gate begun = new(), joined = new(), greeted = new(), prepared = new();
        var data = new ObservedDataset(job.Data);
        var coordinator = Sys.ActorOf(CoordinatorActor.Props(
            new CoordinatorSettings(job with { Data = data }, 1, null, happened =>
            {
                if (happened is StepDone { Progress.Step: 3 })
                {
                    begun.Set();
                    joined.Wait();
                }
                else if (happened is StepDone { Progress.Step: 4 })
                {
                    greeted.Set();
                    prepared.Wait();
                }
            }),
            completion));
        Sys.ActorOf(WorkerNode.Props(1, coordinator));
        begun.Wait();
        var late = Sys.ActorOf(WorkerNode.Props(2, coordinator));
        await late.Ask<ActorIdentity>(new Identify(1));
        joined.Set();
        greeted.Wait();
        await late.Ask<ActorIdentity>(new Identify(2));
        prepared.Set();
        var outcome = await completion.Task;
        Core.Tests.Training.SameState.Assert(key.State, outcome.State);
        Assert.Equal(3, data.Readers.Distinct().Count());
    }
}
