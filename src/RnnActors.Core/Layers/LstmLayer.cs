using RnnActors.Core.Kernels.Cells;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Sums;
using RnnActors.Core.Parameters;

namespace RnnActors.Core.Layers;

/// <summary>
/// i, f, o = σ(·), g = tanh(·) of W·x(t) + b + U·h(t-1) + c; then c(t) = f∘c(t-1) + i∘g and h(t) = o∘tanh(c(t)). The formulas of PyTorch's <c>nn.LSTM</c>, whose <c>proj_size</c> makes
/// h(t) = P·(o∘tanh(c(t))).
/// </summary>
internal sealed class LstmLayer : RecurrentLayer
{
    private readonly AlignedBuffer _initialCell, _cells, _cellGradient;
    private readonly AlignedBuffer? _cellBefore;
    private readonly LstmProjection? _projection;

    public LstmLayer(Lstm spec, RecurrentPlace place)
        : base(spec, place, gates: 4)
    {
        int capacity = place.Setup.Capacity;
        _initialCell = new AlignedBuffer(capacity * Units);
        _cells = new AlignedBuffer(Math.Max(checked(Layout.MaxPositions * Units), MostTokenSums));
        _cellGradient = new AlignedBuffer(capacity * Units);
        if (Layout.IsRagged) _cellBefore = new AlignedBuffer(capacity * Units);
        if (spec.Projection > 0) _projection = new LstmProjection(place.Setup, Slot("weight_hr"), Layout);
    }

    public override ParameterRange Range => _projection is null ? base.Range : base.Range with { Length = _projection.End - base.Range.First };

    public override int CellWidth => Units;

    /// <summary>The cells: as many values as the states that the recurrent weights read.</summary>
    protected override Span<float> Spare => _cells.Span;

    public override void Prepare(ReadOnlyMemory<float> parameters)
    {
        base.Prepare(parameters);
        _projection?.Prepare(parameters);
    }

    public override void ComputeGradient(in PassContext context, SumOrder order, Span<float> gradient)
    {
        // Before the cells are written over.
        _projection?.ComputeGradient(order, Of(gradient, _projection.Weight));
        base.ComputeGradient(context, order, gradient);
    }

    protected override void StepForward(
        int k, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride, Span<float> output, int outputStride)
    {
        int t = Time(k);
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
        int t = Time(k);
        if (_projection is null)
        {
            LstmCell.Backward(GatesAt(t), GateStride, CellBefore(k), CellAt(t), outputGradient, stride, hidden, _cellGradient.Span, rows, Units);
            return false;
        }

        var whole = _projection.Backward(t, rows, outputGradient, stride, hidden);
        LstmCell.Backward(GatesAt(t), GateStride, CellBefore(k), CellAt(t), whole, Units, _projection.Zeros, _cellGradient.Span, rows, Units);
        return false;
    }

    protected override void Begin(StateRows initial)
    {
        base.Begin(initial);
        if (initial.IsEmpty) _initialCell.Span[..(Layout.Rows * Units)].Clear();
        else CopyRows(initial.Cell, initial.CellStride, _initialCell.Span, Units, Layout.Rows, Units);
    }

    protected override void StoreState(StateTarget state)
    {
        base.StoreState(state);
        CopyFinal(_cells.Span, Units, state.Cell, state.CellStride, Units);
    }

    protected override void BeginBackward(int t, int rows, StateRows finalGradient)
    {
        base.BeginBackward(t, rows, finalGradient);
        StartCarried(_cellGradient.Span, Units, t, rows, finalGradient.Cell, finalGradient.CellStride);
    }

    protected override void GoBack(int from, int to, StateRows finalGradient, StateTarget initialGradient)
    {
        base.GoBack(from, to, finalGradient, initialGradient);
        Layout.Regroup(_cellGradient.Span, Units, from, to, finalGradient.Cell, finalGradient.CellStride);
    }

    protected override void StoreInitialGradient(int t, int next, StateTarget initialGradient)
    {
        base.StoreInitialGradient(t, next, initialGradient);
        StoreCarried(_cellGradient.Span, Units, t, next, initialGradient.Cell, initialGradient.CellStride);
    }

    /// <summary>c of the step before the <paramref name="k"/>-th: (rows active, H).</summary>
    private Span<float> CellBefore(int k)
    {
        if (HasSameRows(k)) return CellAt(Time(k - 1));
        if (!Layout.IsRagged) return _initialCell.Span;
        Gather(k, _cells.Span, Units, _initialCell.Span, _cellBefore!.Span, Units);
        return _cellBefore.Span;
    }

    private Span<float> CellAt(int t) => _cells.Span.Slice(Layout.FirstAt(t) * Units, Layout.CountAt(t) * Units);
}
