namespace RnnActors.Core.Layers;

/// <summary>
/// Minimal GRU: its gates z, n read only the input, so no product waits for the previous step. Feng et al. 2024, “Were RNNs All We Needed?”.
/// </summary>
public sealed record MinGru(int Units) : Recurrent(Units)
{
    public MinGru(int units, bool returnSequences)
        : this(units) => ReturnSequences = returnSequences;

    public override string Kind => "minGru";

    internal static LayerKind Format() => LayerKind.Of(Keys("minGru", new MinGru(0)));

    internal override int Gates => 2;

    internal override bool HasRecurrentProduct => false;

    internal override RecurrentLayer CreateCell(RecurrentPlace place) => new MinGruLayer(this, place);
}
