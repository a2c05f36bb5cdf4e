using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.RandomNumbers;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>Multiplies by a mask of zeros and 1/(1 - rate) while training; the identity otherwise.</summary>
internal sealed class DropoutLayer : Layer
{
    private readonly SignalBuffer _input;
    private readonly AlignedBuffer _mask;
    private readonly Dropout _spec;
    private readonly int _id;

    /// <param name="gradient">Memory for the output's gradient, which may be that of the input's; null where there is none.</param>
    public DropoutLayer(Dropout spec, int id, SignalBuffer input, AlignedBuffer? gradient)
    {
        (_input, _spec, _id) = (input, spec, id);
        _mask = new AlignedBuffer(gradient is not null ? SignalBuffer.LengthOf(input.Layout, input.Shape) : 0);
        Output = new SignalBuffer(input.Layout, input.Shape, gradient);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => default;

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        int features = _input.Features, length = _input.Length, at = 0;
        var layout = _input.Layout;
        if (!context.Training)
        {
            _input.Values[..length].CopyTo(Output.Values);
            return;
        }

        var key = PhiloxKey.Of(context.Seed, RandomPurpose.Dropout, context.Step, _id);
        for (int t = 0; t < layout.Steps; t++)
        {
            for (int row = 0; row < layout.Rows; row++)
            {
                if (!layout.IsActive(t, row)) continue;
                DropoutMask.Fill(_mask.Span.Slice(at, features), _spec.Rate, key, context.FirstRow + row, _spec.Variational ? 0 : t);
                at += features;
            }
        }

        Multiply.Apply(_input.Values[..length], _mask.Span[..length], Output.Values[..length]);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        if (!_input.HasGradient) return;
        int length = _input.Length;
        if (!context.Training)
        {
            Output.Gradient[..length].CopyTo(_input.Gradient);
            return;
        }

        Multiply.Apply(Output.Gradient[..length], _mask.Span[..length], _input.Gradient[..length]);
    }
}
