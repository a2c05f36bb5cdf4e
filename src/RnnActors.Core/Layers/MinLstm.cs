namespace RnnActors.Core.Layers;

/// <summary>
/// Minimal LSTM: its gates f, i, n read only the input, and f and i are scaled to sum to 1; its state is its output.
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
