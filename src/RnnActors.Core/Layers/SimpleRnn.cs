namespace RnnActors.Core.Layers;

/// <summary>Elman's network: h(t) = activation(W·x(t) + b + U·h(t-1) + c). Keras's SimpleRNN, PyTorch's RNN.</summary>
public sealed record SimpleRnn(int Units) : Recurrent(Units)
{
    public SimpleRnn(int units, bool returnSequences)
        : this(units) => ReturnSequences = returnSequences;

    public ActivationFunction Activation { get; init; } = ActivationFunction.Tanh;

    public override string Kind => "simpleRnn";

    internal static LayerKind Format() => LayerKind.Of(Keys("simpleRnn", new SimpleRnn(0))
        .Key("activation", "The function of the new state.", LayerKinds.Function, l => l.Activation, (l, v) => l with { Activation = v }));

    internal override int Gates => 1;

    internal override RecurrentLayer CreateCell(RecurrentPlace place) => new SimpleRnnLayer(this, place);
}
