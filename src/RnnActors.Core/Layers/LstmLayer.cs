using RnnActors.Core.Kernels.Cells;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>
/// i, f, o = σ(·), g = tanh(·) of W·x(t) + b + U·h(t-1) + c; then c(t) = f∘c(t-1) + i∘g and h(t) = o∘tanh(c(t)). The formulas of PyTorch's
/// <c>nn.LSTM</c>, whose <c>proj_size</c> makes h(t) = P·(o∘tanh(c(t))).
/// </summary>
internal sealed class LstmLayer : CellStateLayer
{
    private readonly LstmProjection? _projection;

    public LstmLayer(Lstm spec, RecurrentPlace place)
        : base(spec, place)
    {
        if (spec.Projection > 0) _projection = new LstmProjection(place.Setup, Slot("weight_hr"), Layout);
    }

    public override ParameterRange Range => _projection is null ? base.Range : base.Range with { Length = _projection.End - base.Range.First };

    public override void Prepare(ReadOnlyMemory<float> parameters)
    {
        base.Prepare(parameters);
        _projection?.Prepare(parameters);
    }

    public override void ComputeGradient(in PassContext context, SumOrder order, Span<float> gradient)
    {
        // Before the memory of the cells is overwritten as scratch.
        _projection?.ComputeGradient(order, Of(gradient, _projection.Weight));
        base.ComputeGradient(context, order, gradient);
    }

    protected override void StepForward(
        int k, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride,
        Span<float> output, int outputStride)
    {
        int t = Direction.TimeOf(k);
        Span<float> gates = GatesAt(t);
        if (hasPrevious) MultiplyRecurrent(read, readStride, rows, gates);
        if (_projection is null)
        {
            LstmCell.Forward(gates, GateStride, CellBefore(k), CellAt(t), output, outputStride, rows, Units);
            return;
        }

        LstmCell.Forward(gates, GateStride, CellBefore(k), CellAt(t), _projection.ValuesAt(t), Units, rows, Units);
        _projection.Forward(t, rows, output, outputStride);
    }

    protected override bool StepBackward(
        int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden)
    {
        int t = Direction.TimeOf(k);
        if (_projection is null)
        {
            LstmCell.Backward(GatesAt(t), GateStride, CellBefore(k), CellAt(t), outputGradient, stride, hidden, CellGradient, rows, Units);
            return false;
        }

        var whole = _projection.Backward(t, rows, outputGradient, stride, hidden);
        LstmCell.Backward(GatesAt(t), GateStride, CellBefore(k), CellAt(t), whole, Units, _projection.Zeros, CellGradient, rows, Units);
        return false;
    }
}
