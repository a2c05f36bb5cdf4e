using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>The place of one layer and direction in a recurrent stack.</summary>
/// <param name="Input">(positions, I).</param>
/// <param name="Output">(positions, directions · H): this direction writes columns [<paramref name="OutputColumn"/>, OutputColumn + H).</param>
/// <param name="Suffix">The suffix of its parameters' names: <c>_l0</c>, <c>_l1_reverse</c>.</param>
/// <param name="Id">Identifier of its random masks.</param>
internal sealed record RecurrentPlace(SignalBuffer Input, SignalBuffer Output, int OutputColumn, string Suffix, int Id, PassSetup Setup)
{
    public bool Reverse => OutputColumn > 0;

    /// <summary>What it reads at each step beside its input (a decoder's attention); null for nothing.</summary>
    public StepFeed? Feed { get; init; }

    /// <summary>Where the rows' steps lie in the input and in the output.</summary>
    public SequenceLayout Layout => Input.Layout;
}
