using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>Where one layer and direction of a recurrent stack stands.</summary>
/// <param name="Input">(positions, I).</param>
/// <param name="Output">(positions, directions · H): this direction writes columns [<paramref name="OutputColumn"/>, OutputColumn + H).</param>
/// <param name="Suffix">What the names of its parameters end with: <c>_l0</c>, <c>_l1_reverse</c>.</param>
/// <param name="Id">Its number for random masks.</param>
internal sealed record RecurrentPlace(SignalBuffer Input, SignalBuffer Output, int OutputColumn, string Suffix, int Id, PassSetup Setup)
{
    public bool Reverse => OutputColumn > 0;

    /// <summary>What it reads at each step beside its input; null for nothing.</summary>
    public StepFeed? Feed { get; init; }

    /// <summary>The positions of the rows' steps in the input and in the output.</summary>
    public SequenceLayout Layout => Input.Layout;
}
