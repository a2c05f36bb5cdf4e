using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>A recurrent cell and the attention that feeds it.</summary>
internal sealed class AttentionDecoderLayer : Layer
{
    private readonly RecurrentLayer _cell;
    private readonly DecoderFeed _feed;
    private readonly SignalBuffer _states;
    private readonly SignalBuffer? _initialHidden, _initialCell;
    private readonly SignalBuffer[] _outputs;
    private readonly int _units;

    public AttentionDecoderLayer(AttentionDecoder spec, PassSetup setup)
    {
        _units = spec.Units;
        var input = setup.Inputs[0];
        var signal = new Shape(_units) { Axis = input.Shape.Axis };
        _states = new SignalBuffer(input.Layout, signal, setup.Training);
        _feed = spec.ReadsContext ? new ContextFeed(spec, setup, _states) : new AttentionalFeed(spec, setup, _states);
        var place = new RecurrentPlace(input, _states, 0, "", setup.Id * PassIds.PerLayer, setup) { Feed = _feed };
        _cell = spec.Cell == DecoderCell.Lstm ? new LstmLayer(new Lstm(_units), place) : new GruLayer(new Gru(_units), place);
        if (setup.Inputs.Count > 2) _initialHidden = setup.Inputs[2];
        if (setup.Inputs.Count > 3) _initialCell = setup.Inputs[3];
        _outputs = spec.ReadsContext ? [_states, _feed.Output] : [_feed.Output];
    }

    public override SignalBuffer Output => _outputs[0];

    public override IReadOnlyList<SignalBuffer> Outputs => _outputs;

    public override ParameterRange Range => _cell.Range;

    public override int StateWidth => _cell.StateWidth + _feed.StateWidth;

    /// <summary>(target positions, steps of the longest memory): the attention weights of each step.</summary>
    public override AttentionView Weights => _feed.Attention.Weights;

    internal override IReadOnlyList<RecurrentLayer> Cells => [_cell];

    public override void Prepare(ReadOnlyMemory<float> parameters) => _cell.Prepare(parameters);

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        StateRows initial = default;
        StateTarget final = default;
        int stride = context.StateStride;
        _feed.TakeState(context.HasState && _feed.StateWidth > 0 ? initialState[_cell.StateWidth..] : [], stride);
        if (context.HasState) initial = new StateRows(initialState, stride, _cell.CellWidth == 0 ? [] : initialState[_units..], stride);
        else if (_initialHidden is not null) initial = new StateRows(_initialHidden.Values, _units, _initialCell is null ? [] : _initialCell.Values, _units);
        if (!finalState.IsEmpty) final = new StateTarget(finalState, stride, _cell.CellWidth == 0 ? [] : finalState[_units..], stride);
        _cell.Forward(context, initial, final);
        if (!finalState.IsEmpty && _feed.StateWidth > 0) _feed.StoreState(finalState[_cell.StateWidth..], stride);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        StateTarget initial = default;
        int stride = context.StateStride;
        if (!initialStateGradient.IsEmpty)
            initial = new StateTarget(initialStateGradient, stride, _cell.CellWidth == 0 ? [] : initialStateGradient[_units..], stride);
        else if (_initialHidden is { HasGradient: true })
            initial = new StateTarget(_initialHidden.Gradient, _units, _initialCell is null ? [] : _initialCell.Gradient, _units);
        _cell.Backward(context, default, initial, accumulateInput: false);
        if (!initialStateGradient.IsEmpty && _feed.StateWidth > 0) _feed.StoreStateGradient(initialStateGradient[_cell.StateWidth..], stride);
    }

    public override void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open) =>
        _cell.ComputeGradient(context, order, gradient);
}
