namespace RnnActors.Core.Layers;

/// <summary>The numbers by which the masks of one model are told apart: each layer has a range of them, since a stack drops values in several places.</summary>
internal static class PassIds
{
    /// <summary>Numbers of a layer: the deepest stack in both directions.</summary>
    public const int PerLayer = 4096;
}
