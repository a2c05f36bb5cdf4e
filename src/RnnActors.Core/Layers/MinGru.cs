namespace RnnActors.Core.Layers;

/// <summary>
/// Minimal GRU: gates z, n that read the input alone, so that no product waits for the step before. Feng et al. 2024, “Were RNNs All We Needed?”.
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
