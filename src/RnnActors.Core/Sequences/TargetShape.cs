namespace RnnActors.Core.Sequences;

/// <summary>The shape of a dataset's targets.</summary>
/// <param name="Outputs">Values per step; the number of classes where the targets are labels.</param>
/// <param name="IsSequence">True for a target at every step, false for one per row.</param>
/// <param name="IsLabels">True for class labels in [0, Outputs), false for values.</param>
public readonly record struct TargetShape(int Outputs, bool IsSequence, bool IsLabels)
{
    /// <summary>Index of the input whose steps the targets follow.</summary>
    public int Axis { get; init; }

    /// <summary>Above 0 where each row has a label sequence of its own length (CTC), the longest of which has this many labels. Such targets follow no input's
    /// steps.</summary>
    public int MaxLength { get; init; }

    /// <summary>Whether the targets have lengths of their own.</summary>
    public bool HasOwnLength => MaxLength > 0;
}
