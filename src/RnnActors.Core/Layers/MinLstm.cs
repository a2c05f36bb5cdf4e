namespace RnnActors.Core.Layers;

/// <summary>
/// Minimal LSTM: gates f, i, n that read the input alone, f and i scaled to add up to 1; its state is its output.
/// Feng et al. 2024, “Were RNNs All We Needed?”.
/// </summary>
public sealed record MinLstm(int Units) : Recurrent(Units)
{
    public MinLstm(int units, bool returnSequences)
        : this(units) => ReturnSequences = returnSequences;

    public override string Kind => "minLstm";

    internal static LayerKind Format() => LayerKind.Of(Keys("minLstm", new MinLstm(0)));

    internal override int Gates => 3;

    internal override bool HasRecurrentProduct => false;

    internal override RecurrentLayer CreateCell(RecurrentPlace place) => new MinLstmLayer(this, place);
}
