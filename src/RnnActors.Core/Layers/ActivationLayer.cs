

using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>An element-wise function of every value.</summary>
internal sealed class ActivationLayer : Layer
{
    private readonly SignalBuffer _input;
    private readonly ActivationFunction _function;

    public ActivationLayer(Activation spec, PassSetup setup)
    {
        (_input, _function) = (setup.Input, spec.Function);
        Output = new SignalBuffer(_input.Layout, _input.Shape, setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => default;

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        Span<float> values = Output.Values[.._input.Length];
        _input.Values[..values.Length].CopyTo(values);
        _function.Apply(values);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        if (!_input.HasGradient) return;
        Span<float> gradient = _input.Gradient[.._input.Length];
        Output.Gradient[..gradient.Length].CopyTo(gradient);
        _function.Differentiate(Output.Values[..gradient.Length], gradient);
    }
}
