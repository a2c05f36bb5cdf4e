using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>(x - mean) / √(variance + ε) · weight + bias over the features of each step. Ba, Kiros and Hinton 2016; PyTorch's <c>nn.LayerNorm</c>.</summary>
public sealed record LayerNorm : LayerSpec
{
    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; init; } = 1e-5;

    public override string Kind => "layerNorm";

    public override Shape Output(Shape input) => input.IsTokens
        ? throw new InvalidInputException("a layer norm cannot read tokens", "Put an embedding layer before it")
        : input;

    public override void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs)
    {
        layout.Add(prefix + "weight", inputs[0].Features, 0, StartingValue.Constant(1));
        layout.Add(prefix + "bias", inputs[0].Features, 0, StartingValue.Zero);
    }

    public override Layer CreateLayer(PassSetup setup) => new LayerNormLayer(this, setup);

    internal static LayerKind Format() => LayerKind.Of(new ObjectFormat<LayerNorm>("a layer norm", new LayerNorm())
        .Required("layerNorm", "What is added to the variance, 1e-5 as a rule.", Numbers.Positive(), l => l.Epsilon, (l, v) => l with { Epsilon = v }));
}

/// <summary>Normalises each row by itself, and keeps what the gradients need.</summary>
internal sealed class LayerNormLayer : Layer
{
    private readonly SignalBuffer _input;
    private readonly Normalisation _norm;

    public LayerNormLayer(LayerNorm spec, PassSetup setup)
    {
        _input = setup.Input;
        _norm = new Normalisation(setup.Layout[setup.Prefix + "weight"], setup.Layout[setup.Prefix + "bias"], spec.Epsilon, _input.Layout.MaxPositions,
            setup.Training);
        Output = new SignalBuffer(_input.Layout, _input.Shape, setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => _norm.Range;

    public override void Prepare(ReadOnlyMemory<float> parameters) => _norm.Prepare(parameters);

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState) =>
        _norm.Forward(0, _input.Layout.Positions, _input.Values, _input.Features, Output.Values, _input.Features);

    public override void Backward(in PassContext context, Span<float> initialStateGradient) =>
        _norm.Backward(0, _input.Layout.Positions, Output.Gradient, _input.Features, _input.HasGradient ? _input.Gradient : [], _input.Features);

    public override void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open) =>
        _norm.SumGradient(LayoutSum.Of(order, _input.Layout), gradient);
}
