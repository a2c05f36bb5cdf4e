namespace RnnActors.Core.Checkpoints;

/// <summary>A checkpoint that was read whole and found undamaged.</summary>
/// <param name="Step">Optimizer steps done when it was saved.</param>
/// <param name="Metadata">Keys and values saved beside the tensors.</param>
/// <param name="File">The tensors, by name.</param>
public sealed record Checkpoint(long Step, IReadOnlyDictionary<string, string> Metadata, SafetensorsFile File)
{
    public string Path => File.Path;
}
