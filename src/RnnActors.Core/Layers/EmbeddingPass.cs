using RnnActors.Core.Kernels;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>Looks up a row of the weight for each token.</summary>
internal sealed class EmbeddingPass : LayerPass
{
    private readonly SignalBuffer _input;
    private readonly ParameterSlot _slot;
    private readonly float[] _weight;
    private readonly int _units;

    public EmbeddingPass(Embedding spec, PassSetup setup)
    {
        _input = setup.Input;
        _units = spec.Units;
        _slot = setup.Layout[setup.Prefix + "weight"];
        _weight = new float[_slot.Length];
        Output = new SignalBuffer(_input.Steps, setup.Capacity, spec.Output(_input.Signal), setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => ParameterRange.Covering(_slot);

    public override void Prepare(ReadOnlySpan<float> parameters) => _slot.Of(parameters).CopyTo(_weight);

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        ReadOnlySpan<int> tokens = _input.Tokens[..(_input.Steps * context.Rows)];
        Span<float> output = Output.Values;
        for (int i = 0; i < tokens.Length; i++)
            _weight.AsSpan(tokens[i] * _units, _units).CopyTo(output.Slice(i * _units, _units));
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        // Tokens have no gradient.
    }

    public override void ComputeGradient(in PassContext context, ShardRows shard, Span<float> gradient)
    {
        gradient.Clear();
        ReadOnlySpan<float> outputGradient = Output.Gradient;
        for (int t = 0; t < _input.Steps; t++)
        {
            for (int row = shard.First; row < shard.First + shard.Count; row++)
            {
                int at = (t * context.Rows) + row;
                Add.Into(gradient.Slice(_input.Tokens[at] * _units, _units), outputGradient.Slice(at * _units, _units));
            }
        }
    }
}
