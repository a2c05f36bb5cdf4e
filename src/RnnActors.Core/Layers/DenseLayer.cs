using RnnActors.Core.Kernels.Products;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>
/// One product for all steps and rows. Backward there is one for the weight's gradient and one for the input's. Where the layer below reads its gradient step
/// by step, the latter is computed step by step too.
/// </summary>
internal sealed class DenseLayer : Layer, IStepGradients
{
    /// <summary>Floats of a weight that stays in the cache while other layers compute between two of its products.</summary>
    private const int SmallWeight = 256 * 1024;

    private readonly SignalBuffer _input;
    private readonly ActivationFunction _activation;
    private readonly ParameterSlot _weight, _bias;
    private readonly PackedWeight _packed;
    private readonly float[] _biasValues;
    private readonly int _units, _features;
    private readonly bool _givesSteps;

    public DenseLayer(Dense spec, PassSetup setup)
    {
        _input = setup.Input;
        (_units, _features) = (spec.Units, _input.Features);
        _activation = spec.Activation;
        _weight = setup.Layout[setup.Prefix + "weight"];
        _bias = setup.Layout[setup.Prefix + "bias"];
        _biasValues = new float[_units];
        _packed = setup.Pack(_weight, setup.Training && _input.HasGradient);
        _givesSteps = _packed.HasBackward && _weight.Length <= SmallWeight && _input.TakeStepGradients(this);
        Output = setup is { Training: true, IsLast: true } && _activation == ActivationFunction.Linear
            ? SignalBuffer.WithGradientInPlace(_input.Layout, spec.Output(_input.Shape))
            : new SignalBuffer(_input.Layout, spec.Output(_input.Shape), setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => ParameterRange.Covering(_weight, _bias);

    public override void Prepare(ReadOnlyMemory<float> parameters)
    {
        _packed.Take(_weight.Of(parameters));
        _bias.Of(parameters.Span).CopyTo(_biasValues);
    }

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        int rows = _input.Layout.Positions;
        Span<float> output = Output.Values[..(rows * _units)];
        using (var weight = _packed.UseForward())
            MatMul.MultiplyAddBias(_input.Values, _features, rows, weight.Matrix, _biasValues, output, _units);
        _activation.Apply(output);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        int rows = _input.Layout.Positions;
        Span<float> gradient = Output.Gradient[..(rows * _units)];
        _activation.Differentiate(Output.Values[..gradient.Length], gradient);
        if (!_packed.HasBackward || _givesSteps) return;
        using var weight = _packed.UseBackward();
        MatMul.Multiply(gradient, _units, rows, weight.Matrix, _input.Gradient, _features);
    }

    public void Compute(int t, Span<float> gradient)
    {
        using var weight = _packed.UseBackward();
        MatMul.Multiply(Output.Gradient[(_input.Layout.FirstAt(t) * _units)..], _units, _input.Layout.CountAt(t), weight.Matrix, gradient, _features);
    }

    public override void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open)
    {
        var sum = LayoutSum.Of(order, _input.Layout);
        var input = sum.Operand(_input.Values, _features, _features, gradient[.._weight.Length]);
        sum.Transposed(Output.Gradient, _units, _units, input, default, gradient.Slice(_bias.Offset - _weight.Offset, _units));
    }
}
