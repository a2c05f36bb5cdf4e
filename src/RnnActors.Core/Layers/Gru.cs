namespace RnnActors.Core.Layers;

/// <summary>Gated recurrent unit in the form of PyTorch and cuDNN (reset after the product, two biases), gates r, z, n. Cho et al. 2014.</summary>
public sealed record Gru(int Units) : Recurrent(Units)
{
    public Gru(int units, bool returnSequences)
        : this(units) => ReturnSequences = returnSequences;

    public override string Kind => "gru";

    internal static LayerKind Format() => LayerKind.Of(Keys("gru", new Gru(0)));

    internal override int Gates => 3;

    internal override RecurrentLayer CreateCell(RecurrentPlace place) => new GruLayer(this, place);
}
