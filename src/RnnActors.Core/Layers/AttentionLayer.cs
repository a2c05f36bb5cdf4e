using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>Attention of each step of one signal to the steps of another.</summary>
internal sealed class AttentionLayer : Layer
{
    private readonly SignalBuffer _queries;
    private readonly AttentionWork _attention;

    public AttentionLayer(Attention spec, PassSetup setup)
    {
        (_queries, var keys) = (setup.Inputs[0], setup.Inputs[1]);
        _attention = new AttentionWork(setup, setup.Prefix, spec.Score, spec.Causal, _queries.Layout, _queries.Features, keys);
        Output = new SignalBuffer(_queries.Layout, spec.Outputs([_queries.Shape, keys.Shape])[0].Shape, setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => _attention.Range;

    /// <summary>(query positions, the longest row's keys): the attention weights.</summary>
    public override AttentionView Weights => _attention.Weights;

    public override void Prepare(ReadOnlyMemory<float> parameters) => _attention.Prepare(parameters);

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        int features = _queries.Features;
        _attention.BeginForward();
        _attention.TakeQueries(0, _queries.Layout.Positions, _queries.Values, features);
        for (int t = 0; t < _queries.Layout.Steps; t++)
        {
            int first = _queries.Layout.FirstAt(t);
            _attention.Forward(t, _queries.Values[(first * features)..], features, Output.Values[(first * Output.Features)..], Output.Features);
        }
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        int features = _queries.Features;
        _attention.BeginBackward();
        Span<float> gradient = _queries.HasGradient ? _queries.Gradient : new float[_queries.Length];
        gradient[.._queries.Length].Clear();
        for (int t = 0; t < _queries.Layout.Steps; t++)
        {
            int first = _queries.Layout.FirstAt(t);
            _attention.Backward(
                t, _queries.Values[(first * features)..], features, Output.Gradient[(first * Output.Features)..], Output.Features,
                gradient[(first * features)..], features);
        }

        _attention.AddQueryGradient(0, _queries.Layout.Positions, gradient, features);
        _attention.EndBackward();
    }

    public override void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open)
    {
        if (Range.Length > 0) _attention.SumGradient(order, _queries.Values, _queries.Features, gradient);
    }
}
