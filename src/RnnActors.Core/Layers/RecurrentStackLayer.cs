using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;
using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>
/// A stack of recurrent layers, each in one or both directions, with dropout between them. Its output is every step, or what each direction computed last: the
/// last step forward, the first in reverse, as in Keras. Initial states can be read from signals, and final states are signals too.
/// </summary>
internal sealed class RecurrentStackLayer : Layer
{
    private readonly RecurrentLayer[][] _layers;
    private readonly DropoutLayer?[] _dropouts;
    private readonly SignalBuffer _top;
    private readonly SignalBuffer? _initialHidden, _initialCell, _finalHidden, _finalCell;
    private readonly SignalBuffer[] _outputs;
    private readonly bool _sequences, _isRead;
    private readonly int _stateWidth, _width;

    public RecurrentStackLayer(Recurrent spec, PassSetup setup, Func<RecurrentPlace, RecurrentLayer> cell)
    {
        (_sequences, _isRead) = (spec.ReturnSequences, setup.IsRead(0));
        _layers = new RecurrentLayer[spec.Layers][];
        _dropouts = new DropoutLayer?[spec.Layers];
        var input = setup.Input;
        var outputs = new Shape(spec.OutputUnits * spec.Directions) { Axis = input.Shape.Axis };

        // Layers share gradient memory. With one direction, a layer reads its output's gradient of a step before it writes its input's.
        // With two, the second direction still reads all of it after the first has written, so two buffers alternate.
        int length = SignalBuffer.LengthOf(input.Layout, outputs);
        AlignedBuffer[]? gradients = setup.Training
            ? [.. Enumerable.Range(0, Math.Min(spec.Directions, spec.Layers)).Select(_ => new AlignedBuffer(length))]
            : null;
        for (int layer = 0; layer < spec.Layers; layer++)
        {
            var gradient = gradients?[layer % gradients.Length];
            // A gradient read by step is put where the first step's lies in the shared memory. That is safe: steps run backward, so the
            // first step's input gradient is written last.
            var output = new SignalBuffer(input.Layout, outputs, gradient)
            {
                IsReadByStep = _sequences && spec.Directions == 1 && layer == spec.Layers - 1 && setup.HasOneReader,
            };
            var below = input;
            int number = layer;
            _layers[layer] = [.. Enumerable.Range(0, spec.Directions).Select(direction => cell(new RecurrentPlace(
                below, output, direction * spec.OutputUnits, Recurrent.Suffix(number, direction),
                (setup.Id * PassIds.PerLayer) + (number * spec.Directions) + direction, setup)))];
            input = output;
            if (spec.Dropout == 0 || layer == spec.Layers - 1) continue;
            _dropouts[layer] = new DropoutLayer(new Dropout(spec.Dropout), (setup.Id * PassIds.PerLayer) + layer, output, gradient);
            input = _dropouts[layer]!.Output;
        }

        _top = input;
        _width = spec.OutputUnits;
        _stateWidth = _layers.Sum(layer => layer.Sum(pass => pass.StateWidth));
        Output = _sequences ? _top : new SignalBuffer(setup.RowLayout, spec.Output(setup.Input.Shape), setup.Training);
        if (setup.Inputs.Count > 1) _initialHidden = setup.Inputs[1];
        if (setup.Inputs.Count > 2) _initialCell = setup.Inputs[2];
        SignalBuffer State(int features) => new(setup.RowLayout, new Shape(features, IsSequence: false), setup.Training);
        bool hasCells = _layers[0][0].CellWidth > 0;
        if (setup.IsRead(1) || (hasCells && setup.IsRead(2)))
        {
            int cells = _layers.Length * spec.Directions;
            _finalHidden = State(cells * _width);
            if (hasCells) _finalCell = State(cells * _layers[0][0].CellWidth);
        }

        _outputs = [.. new[] { Output, _finalHidden, _finalCell }.OfType<SignalBuffer>()];
    }

    public override SignalBuffer Output { get; }

    public override IReadOnlyList<SignalBuffer> Outputs => _outputs;

    public override ParameterRange Range =>
        new(_layers[0][0].Range.First, _layers[^1][^1].Range.First + _layers[^1][^1].Range.Length - _layers[0][0].Range.First);

    public override int StateWidth => _stateWidth;

    internal override IReadOnlyList<RecurrentLayer> Cells => [.. _layers.SelectMany(layer => layer)];

    public override void Prepare(ReadOnlyMemory<float> parameters)
    {
        foreach (var layer in _layers)
            foreach (var pass in layer) pass.Prepare(parameters);
    }

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        int at = 0, number = 0;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            foreach (var pass in _layers[layer])
            {
                StateRows initial = default;
                StateTarget final = default;
                if (context.HasState) initial = Of(initialState, at, pass, context.StateStride);
                else if (_initialHidden is not null) initial = Of(number, pass, _initialHidden.Values, _initialCell is null ? [] : _initialCell.Values);
                if (!finalState.IsEmpty) final = Of(finalState, at, pass, context.StateStride);
                else if (_finalHidden is not null) final = Of(number, pass, _finalHidden.Values, _finalCell is null ? [] : _finalCell.Values);
                pass.Forward(context, initial, final);
                at += pass.StateWidth;
                number++;
            }

            _dropouts[layer]?.Forward(context, [], []);
        }

        if (!_sequences) CopyLast(_top.Values, Output.Values, toTop: false);
        if (_finalHidden is not null && !finalState.IsEmpty) CopyStates(context, finalState);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        if (!_isRead || !_sequences) _top.Gradient[.._top.Length].Clear();
        if (_isRead && !_sequences) CopyLast(_top.Gradient, Output.Gradient, toTop: true);

        int at = _stateWidth, number = _layers.Length * _layers[0].Length;
        for (int layer = _layers.Length - 1; layer >= 0; layer--)
        {
            _dropouts[layer]?.Backward(context, []);
            at -= _layers[layer].Length * _layers[layer][0].StateWidth;
            number -= _layers[layer].Length;
            int passAt = at;
            for (int direction = 0; direction < _layers[layer].Length; direction++)
            {
                var pass = _layers[layer][direction];
                StateRows final = default;
                StateTarget initial = default;
                if (_finalHidden is not null) final = Of(number + direction, pass, _finalHidden.Gradient, _finalCell is null ? [] : _finalCell.Gradient);
                if (!initialStateGradient.IsEmpty) initial = Of(initialStateGradient, passAt, pass, context.StateStride);
                else if (_initialHidden is { HasGradient: true })
                    initial = Of(number + direction, pass, _initialHidden.Gradient, _initialCell is null ? [] : _initialCell.Gradient);
                pass.Backward(context, final, initial, accumulateInput: direction > 0);
                passAt += pass.StateWidth;
            }
        }
    }

    public override void SumGradient(in PassContext context, SumOrder order, Span<float> gradient, Span<float> open)
    {
        int first = Range.First;
        foreach (var layer in _layers)
            foreach (var pass in layer) pass.ComputeGradient(context, order, gradient.Slice(pass.Range.First - first, pass.Range.Length));
    }

    /// <summary>The part of the model's states that belongs to one layer and direction.</summary>
    private static StateRows Of(ReadOnlySpan<float> state, int at, RecurrentLayer pass, int stride) =>
        new(state[at..], stride, pass.CellWidth == 0 ? [] : state[(at + pass.Width)..], stride);

    private static StateTarget Of(Span<float> state, int at, RecurrentLayer pass, int stride) =>
        new(state[at..], stride, pass.CellWidth == 0 ? [] : state[(at + pass.Width)..], stride);

    /// <summary>The part of the state signals, (B, layers · directions · H), that belongs to one layer and direction.</summary>
    private StateTarget Of(int number, RecurrentLayer pass, Span<float> hidden, Span<float> cell)
    {
        int cells = _layers.Length * _layers[0].Length;
        return new StateTarget(hidden[(number * _width)..], cells * _width, cell.IsEmpty || pass.CellWidth == 0 ? [] : cell[(number * pass.CellWidth)..],
            cells * pass.CellWidth);
    }

    /// <summary>Copies the final states, which were written to the model's carried state, to the state signals.</summary>
    private void CopyStates(in PassContext context, ReadOnlySpan<float> finalState)
    {
        for (int row = 0; row < context.Rows; row++)
        {
            int at = row * context.StateStride, number = 0;
            foreach (var layer in _layers)
            {
                foreach (var pass in layer)
                {
                    finalState.Slice(at, _width).CopyTo(_finalHidden!.Values[((row * _finalHidden.Features) + (number * _width))..]);
                    if (_finalCell is not null)
                        finalState.Slice(at + _width, pass.CellWidth).CopyTo(_finalCell.Values[((row * _finalCell.Features) + (number * pass.CellWidth))..]);
                    at += pass.StateWidth;
                    number++;
                }
            }
        }
    }

    /// <summary>Copies the step that each row and direction computed last from the top layer's output to the stack's, or its gradient back.</summary>
    private void CopyLast(Span<float> top, Span<float> last, bool toTop)
    {
        var layout = _top.Layout;
        for (int column = 0; column < _top.Features; column += _width)
        {
            for (int row = 0; row < layout.Rows; row++)
            {
                int position = layout.PositionOf(column == 0 ? layout.LengthOf(row) - 1 : 0, row);
                var above = top.Slice((position * _top.Features) + column, _width);
                var below = last.Slice((row * _top.Features) + column, _width);
                if (toTop) below.CopyTo(above);
                else above.CopyTo(below);
            }
        }
    }
}
