using Akka.Actor;
using RnnActors.Core.Training;
using RnnActors.Training.ActorSystems;
using RnnActors.Training.Protocol;

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
            return sink.Save(save.Snapshot, save.IsBest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new CheckpointNotSaved(save.Snapshot.Progress.Step, e.Message);
        }
    }
}
