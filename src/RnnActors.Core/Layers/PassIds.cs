namespace RnnActors.Core.Layers;

/// <summary>The identifiers by which a model's random masks differ. Each layer has a range of them, since a stack drops values in several places.</summary>
internal static class PassIds
{
    /// <summary>Identifiers per layer: enough for the deepest stack in both directions.</summary>
    public const int PerLayer = 4096;
}
