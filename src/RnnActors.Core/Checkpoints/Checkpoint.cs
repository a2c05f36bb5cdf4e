namespace RnnActors.Core.Checkpoints;

/// <summary>A checkpoint that was read whole and found undamaged.</summary>
/// <param name="Step">Optimizer steps that lie behind it.</param>
/// <param name="Metadata">What was saved with the tensors.</param>
/// <param name="File">The tensors, by name.</param>
public sealed record Checkpoint(long Step, IReadOnlyDictionary<string, string> Metadata, SafetensorsFile File)
{
    public string Path => File.Path;
}
