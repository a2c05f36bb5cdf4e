namespace RnnActors.Core.Layers;

/// <summary>The numbers by which the masks of one model are told apart: each layer has a range of them, since a stack drops values in several places.</summary>
internal static class PassIds
{
    /// <summary>Numbers of a layer: twice the deepest stack.</summary>
    public const int PerLayer = 4096;

    /// <summary>Behind the numbers of the masks between a stack's layers.</summary>
    public const int FirstRecurrent = PerLayer / 2;
}
