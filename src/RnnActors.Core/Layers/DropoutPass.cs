using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.RandomNumbers;

namespace RnnActors.Core.Layers;

/// <summary>Multiplies by a mask of zeros and 1/(1 - rate) while training; passes everything otherwise.</summary>
internal sealed class DropoutPass : LayerPass
{
    private readonly SignalBuffer _input;
    private readonly AlignedBuffer _mask;
    private readonly double _rate;
    private readonly int _id;

    /// <param name="gradient">Where the output's gradient is written, which may be where the input's is.</param>
    public DropoutPass(double rate, int id, SignalBuffer input, int capacity, AlignedBuffer? gradient)
    {
        (_input, _rate, _id) = (input, rate, id);
        _mask = new AlignedBuffer(gradient is not null ? checked(input.Steps * capacity * input.Features) : 0);
        Output = new SignalBuffer(input.Steps, capacity, input.Signal, gradient);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => default;

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        int features = _input.Features, length = _input.Steps * context.Rows * features;
        if (!context.Training)
        {
            _input.Values[..length].CopyTo(Output.Values);
            return;
        }

        var key = PhiloxKey.Of(context.Seed, RandomPurpose.Dropout, context.Step, _id);
        for (int t = 0; t < _input.Steps; t++)
        {
            for (int row = 0; row < context.Rows; row++)
            {
                DropoutMask.Fill(_mask.Span.Slice(((t * context.Rows) + row) * features, features), _rate, key, context.FirstRow + row, t);
            }
        }

        Multiply.Apply(_input.Values[..length], _mask.Span[..length], Output.Values[..length]);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        if (!_input.HasGradient) return;
        int length = _input.Steps * context.Rows * _input.Features;
        Multiply.Apply(Output.Gradient[..length], _mask.Span[..length], _input.Gradient[..length]);
    }
}
