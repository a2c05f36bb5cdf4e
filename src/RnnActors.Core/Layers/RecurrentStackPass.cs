using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Layers;

/// <summary>
/// A stack of recurrent layers, each in one direction or both, with values dropped between them. Gives every step, or what each direction computed last:
/// the last step forward, the first in reverse, as Keras does.
/// </summary>
internal sealed class RecurrentStackPass : LayerPass
{
    private readonly RecurrentPass[][] _layers;
    private readonly DropoutPass?[] _dropouts;
    private readonly SignalBuffer _top;
    private readonly int _units;
    private readonly bool _sequences;
    private readonly int _stateWidth;

    public RecurrentStackPass(Recurrent spec, PassSetup setup, Func<RecurrentPlace, RecurrentPass> cell)
    {
        (_units, _sequences) = (spec.Units, spec.ReturnSequences);
        _layers = new RecurrentPass[spec.Layers][];
        _dropouts = new DropoutPass?[spec.Layers];
        var input = setup.Input;
        var outputs = new Signal(spec.Units * spec.Directions);

        // A layer in one direction has read its output's gradient of a step before it writes its input's; the second direction reads all of it after the first wrote.
        int length = SignalBuffer.LengthOf(input.Steps, setup.Capacity, outputs);
        AlignedBuffer[]? gradients = setup.Training ? [.. Enumerable.Range(0, Math.Min(spec.Directions, spec.Layers)).Select(_ => new AlignedBuffer(length))] : null;
        for (int layer = 0; layer < spec.Layers; layer++)
        {
            var gradient = gradients?[layer % gradients.Length];
            // Steps are read downward and the first one's input gradient is written last, so a step's gradient may stand where the first one's is in what the layers share.
            var output = new SignalBuffer(input.Steps, setup.Capacity, outputs, gradient) { IsReadByStep = _sequences && spec.Directions == 1 && layer == spec.Layers - 1 };
            var below = input;
            int number = layer;
            _layers[layer] = [.. Enumerable.Range(0, spec.Directions).Select(direction => cell(new RecurrentPlace(
                below, output, direction * spec.Units, Recurrent.Suffix(number, direction),
                (setup.Id * PassIds.PerLayer) + (number * spec.Directions) + direction, setup)))];
            input = output;
            if (spec.Dropout == 0 || layer == spec.Layers - 1) continue;
            _dropouts[layer] = new DropoutPass(spec.Dropout, (setup.Id * PassIds.PerLayer) + layer, output, setup.Capacity, gradient);
            input = _dropouts[layer]!.Output;
        }

        _top = input;
        _stateWidth = _layers.Sum(layer => layer.Sum(pass => pass.StateWidth));
        Output = _sequences ? _top : new SignalBuffer(1, setup.Capacity, spec.Output(setup.Input.Signal), setup.Training);
    }

    public override SignalBuffer Output { get; }

    public override ParameterRange Range => new(_layers[0][0].Range.First, _layers[^1][^1].Range.First + _layers[^1][^1].Range.Length - _layers[0][0].Range.First);

    public override int StateWidth => _stateWidth;

    public override void Prepare(ReadOnlyMemory<float> parameters)
    {
        foreach (var layer in _layers)
            foreach (var pass in layer) pass.Prepare(parameters);
    }

    public override void Forward(in PassContext context, ReadOnlySpan<float> initialState, Span<float> finalState)
    {
        int stride = context.StateStride, at = 0;
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            foreach (var pass in _layers[layer])
            {
                pass.Forward(context, initialState.IsEmpty ? initialState : initialState[at..], finalState.IsEmpty ? finalState : finalState[at..], stride);
                at += pass.StateWidth;
            }

            _dropouts[layer]?.Forward(context, [], []);
        }

        if (!_sequences) CopyLast(context.Rows, _top.Values, Output.Values, toTop: false);
    }

    public override void Backward(in PassContext context, Span<float> initialStateGradient)
    {
        if (!_sequences)
        {
            _top.Gradient[..(_top.Steps * context.Rows * _top.Features)].Clear();
            CopyLast(context.Rows, _top.Gradient, Output.Gradient, toTop: true);
        }

        int stride = context.StateStride, at = _stateWidth;
        for (int layer = _layers.Length - 1; layer >= 0; layer--)
        {
            _dropouts[layer]?.Backward(context, []);
            at -= _layers[layer].Length * _layers[layer][0].StateWidth;
            int passAt = at;
            for (int direction = 0; direction < _layers[layer].Length; direction++)
            {
                var pass = _layers[layer][direction];
                pass.Backward(context, initialStateGradient.IsEmpty ? initialStateGradient : initialStateGradient[passAt..], stride, accumulateInput: direction > 0);
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

    /// <summary>Copies each row's last computed step, of each direction, from the top layer's signal to the stack's or back.</summary>
    private void CopyLast(int rows, Span<float> top, Span<float> last, bool toTop)
    {
        for (int column = 0; column < _top.Features; column += _units)
        {
            int t = column == 0 ? _top.Steps - 1 : 0;
            for (int row = 0; row < rows; row++)
            {
                var above = top.Slice((((t * rows) + row) * _top.Features) + column, _units);
                var below = last.Slice((row * _top.Features) + column, _units);
                if (toTop) below.CopyTo(above);
                else above.CopyTo(below);
            }
        }
    }
}
