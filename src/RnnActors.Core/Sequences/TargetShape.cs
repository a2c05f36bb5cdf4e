namespace RnnActors.Core.Sequences;

/// <summary>What a dataset's targets look like.</summary>
/// <param name="Outputs">Values a step; the number of classes where the targets are labels.</param>
/// <param name="IsSequence">A target for every step, or one for the row.</param>
/// <param name="IsLabels">Class labels in [0, Outputs), or values.</param>
public readonly record struct TargetShape(int Outputs, bool IsSequence, bool IsLabels)
{
    /// <summary>The number of the input whose steps the targets follow.</summary>
    public int Axis { get; init; }

    /// <summary>Above 0 where each row has a sequence of labels of its own length, at most this, as
    /// CTC needs it: such targets follow no input's steps.</summary>
    public int MaxLength { get; init; }

    /// <summary>Whether the targets have lengths of their own.</summary>
    public bool HasOwnLength => MaxLength > 0;
}
