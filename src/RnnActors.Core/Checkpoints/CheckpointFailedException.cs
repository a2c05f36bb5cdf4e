namespace RnnActors.Core.Checkpoints;

/// <summary>A checkpoint could not be saved (disk full, folder gone). Earlier checkpoints are intact; training can go on and try again later.</summary>
public sealed class CheckpointFailedException(string path, Exception cause)
    : IOException($"{path}: the checkpoint could not be saved: {cause.Message.TrimEnd('.')}. The previous ones stand.", cause)
{
    public string Path { get; } = path;
}
