using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;

namespace RnnActors.Core.Layers;

/// <summary>
/// y = E·x + b with the weight E of an embedding, (V, F): the logits of all tokens. The vectors learn from tokens as inputs and as outputs alike
/// (weight tying). Press and Wolf 2017; Inan et al. 2017.
/// </summary>
/// <param name="Embedding">The embedding layer's name. Its vectors must be as wide as this layer's input.</param>
/// <param name="Units">V, the embedding's tokens; <see cref="Dense.TaskOutputs"/> for as many as the task has outputs.</param>
public sealed record TiedDense(string Embedding, int Units = Dense.TaskOutputs) : LayerSpec
{
    public override string Kind => "tiedDense";

    public override bool SharesParameters => true;

    public override Shape Output(Shape input) => input.IsTokens
        ? throw new InvalidInputException("a tied dense layer cannot read tokens", "Put an embedding layer before it")
        : input with { Features = Units };

    public override void Declare(ParameterLayout layout, string prefix, IReadOnlyList<Shape> inputs)
    {
        var slot = layout.Slots.FirstOrDefault(slot => slot.Name == $"{Embedding}.weight")
            ?? throw new InvalidInputException($"there is no embedding named '{Embedding}' to be tied to", "Name an embedding layer before it");
        if (slot.Columns != inputs[0].Features)
            throw new InvalidInputException($"the vectors of '{Embedding}' have {slot.Columns} values, but the layer tied to it reads {inputs[0].Features}",
                $"Put a dense layer of {slot.Columns} units before it");
        if (slot.Rows != Units)
            throw new InvalidInputException($"'{Embedding}' has {slot.Rows} tokens, but the layer tied to it gives {Units} values", "Give it as many");
        layout.Add(prefix + "bias", slot.Rows, 0, StartingValue.Zero);
    }

    public override Layer CreateLayer(PassSetup setup) => new TiedDenseLayer(this, setup);

    internal static LayerKind Format(ModelContext context) => LayerKind.Of(new ObjectFormat<TiedDense>("a tied dense layer", new TiedDense(""))
        .Required("tiedDense", "The name of the embedding whose weight it uses.", new TextFormat { NotEmpty = true }, l => l.Embedding,
            (l, v) => l with { Embedding = v })
        .Required(
            "units", $"As many as the embedding has tokens, or \"{context.OutputsName}\" for as many as the task has.",
            new UnitsFormat(LayerKinds.Units, context.OutputsName), l => l.Units, (l, v) => l with { Units = v }));
}

/// <summary>As a dense layer, except that its weight's gradient is added to the embedding's.</summary>
internal sealed class TiedDenseLayer : Layer, ITiedWeight
{
    private readonly SignalBuffer _input;
    private readonly ParameterSlot _weight, _bias;
    private readonly PackedWeight _packed;
    private readonly float[] _biasValues;
    private readonly int _units;

    public TiedDenseLayer(TiedDense spec, PassSetup setup)
    {
        _input = setup.Input;
        _weight = setup.Layout[$"{spec.Embedding}.weight"];
        _bias = setup.Layout[setup.Prefix + "bias"];
        _units = _weight.Rows;
        _biasValues = new float[_units];
        _packed = setup.Pack(_weight, setup.Training && _input.HasGradient);
        var signal = _input.Shape with { Features = _units };
        Output = setup is { Training: true, IsLast: true }
            ? SignalBuffer.WithGradientInPlace(_input.Layout, signal)
            : new SignalBuffer(_input.Layout, signal, setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => ParameterRange.Covering(_bias);

    public override void Prepare(ReadOnlyMemory<float> parameters)
    {
        _packed.Take(_weight.Of(parameters));
        _bias.Of(parameters.Span).CopyTo(_biasValues);
    }

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        using var weight = _packed.UseForward();
        MatMul.MultiplyAddBias(_input.Values, _input.Features, _input.Layout.Positions, weight.Matrix, _biasValues, Output.Values, _units);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        if (!_packed.HasBackward) return;
        using var weight = _packed.UseBackward();
        MatMul.Multiply(Output.Gradient, _units, _input.Layout.Positions, weight.Matrix, _input.Gradient, _input.Features);
    }

    public override void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open) =>
        LayoutSum.Of(order, _input.Layout).Transposed(Output.Gradient, _units, _units, default, default, gradient);

    public void AddGradient(ShardRows shard, Span<float> gradient)
    {
        var one = SumOrder.Of(shard);
        var sum = LayoutSum.Of(new SumOrder(one.Leaves, one.Merges) { AddsToTarget = true }, _input.Layout);
        sum.Transposed(Output.Gradient, _units, _units, sum.Operand(_input.Values, _input.Features, _input.Features, gradient), default, []);
    }
}
