using System.Diagnostics;
using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Protocol;
using RnnActors.Training.Telemetry;

namespace RnnActors.Training.Checkpointing;

/// <summary>
/// Writes checkpoints one after another on a thread of its own, so that training never waits for the disk. A failure is reported and costs nothing else.
/// </summary>
public sealed class CheckpointWriter : ReceiveActor
{
    public CheckpointWriter(ICheckpointSink sink) => Receive<SaveCheckpoint>(save => Sender.Tell(new CheckpointHandled(Write(sink, save))));

    public static Props Props(ICheckpointSink sink) => Akka.Actor.Props.Create(() => new CheckpointWriter(sink)).WithDispatcher(Dispatchers.Storage);

    private static TrainingEvent Write(ICheckpointSink sink, SaveCheckpoint save)
    {
        try
        {
            long begun = Stopwatch.GetTimestamp();
            var saved = sink.Save(save.Snapshot, save.IsBest);
            if (saved is CheckpointSaved) TrainingMeter.CheckpointDuration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            return saved;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new CheckpointNotSaved(save.Snapshot.Progress.Step, e.Message);
        }
    }
}
