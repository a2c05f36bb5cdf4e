using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>Long short-term memory with forget gate, gates in PyTorch's order i, f, g, o. Hochreiter and Schmidhuber 1997; Gers et al. 2000.</summary>
public sealed record Lstm(int Units) : Recurrent(Units)
{
    public Lstm(int units, bool returnSequences)
        : this(units) => ReturnSequences = returnSequences;

    /// <summary>The forget gate's bias at the start: 1, so that the cell remembers from the beginning (Jozefowicz et al. 2015).</summary>
    public double ForgetBias { get; init; } = 1;

    public override string Kind => "lstm";

    internal override int Gates => 4;

    internal override int StatesOfCell => 2;

    internal override RecurrentPass CreateCell(RecurrentPlace place) => new LstmPass(this, place);

    internal override StartingValue BiasStart() => KernelInitializer is PyTorchInitializer ? base.BiasStart() : StartingValue.OfGate(1, 4, ForgetBias);
}
