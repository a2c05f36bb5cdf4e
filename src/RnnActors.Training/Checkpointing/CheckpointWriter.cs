using System.Diagnostics;
using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;
using RnnActors.Training.Threads;

namespace RnnActors.Training.Checkpointing;

/// <summary>
/// Writes checkpoints one after another on a thread of its own, so that training never waits for the disk. A failure is reported and costs nothing else.
/// </summary>
public sealed class CheckpointWriter : ReceiveActor
{
    private RunTrace? _trace;

    public CheckpointWriter(ICheckpointSink sink)
    {
        Receive<RunTrace.Follow>(follow => _trace = follow.Trace);
        Receive<SaveCheckpoint>(save => Sender.Tell(new CheckpointHandled(Write(sink, save))));
    }

    public static Props Props(ICheckpointSink sink) => Akka.Actor.Props.Create(() => new CheckpointWriter(sink)).WithDispatcher(Dispatchers.Storage);

    protected override void PreStart()
    {
        ComputeShare share = ComputePriority.ShareOf(Context.System);
        if (share == ComputeShare.Rest) ComputePriority.Lower(share, threads: 1);
    }

    private TrainingEvent Write(ICheckpointSink sink, SaveCheckpoint save)
    {
        var writing = _trace?.BeginCheckpoint(save.Snapshot.Progress.Step);
        try
        {
            long begun = Stopwatch.GetTimestamp();
            var saved = sink.Save(save.Snapshot, save.IsBest);
            if (saved is CheckpointSaved) TrainingMeter.CheckpointDuration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            TrainingActivities.End(writing);
            return saved;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TrainingActivities.End(writing, e);
            return new CheckpointNotSaved(save.Snapshot.Progress.Step, e.Message);
        }
    }
}
