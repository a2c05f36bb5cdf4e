using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>An element-wise function as a layer of its own.</summary>
public sealed record Activation(ActivationFunction Function) : LayerSpec
{
    public override string Kind => "activation";

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<Activation>("an activation layer", new Activation(ActivationFunction.Linear))
        .Required("activation", "A function of every value.", LayerKinds.Function, l => l.Function, (l, v) => l with { Function = v }));

    public override Shape Output(Shape input) => input.IsTokens
        ? throw new Problems.InvalidInputException("an activation layer cannot read tokens", "Put an embedding layer before it")
        : input;

    public override Layer CreateLayer(PassSetup setup) => new ActivationLayer(this, setup);
}
