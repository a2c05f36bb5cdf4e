using RnnActors.Core.Kernels.Cells;
using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Layers;

/// <summary>
/// i, f, o = σ(·), g = tanh(·) of W·x(t) + b + U·h(t-1) + c; then c(t) = f∘c(t-1) + i∘g and h(t) = o∘tanh(c(t)). The formulas of PyTorch's <c>nn.LSTM</c>.
/// </summary>
internal sealed class LstmPass : RecurrentPass
{
    private readonly AlignedBuffer _initialCell, _cells, _cellGradient;
    private bool _hasState;

    public LstmPass(Lstm spec, RecurrentPlace place)
        : base(spec, place, gates: 4)
    {
        int capacity = place.Setup.Capacity;
        _initialCell = new AlignedBuffer(capacity * Units);
        _cells = new AlignedBuffer(Math.Max(checked(Steps * capacity * Units), MostTokenSums));
        _cellGradient = new AlignedBuffer(capacity * Units);
    }

    public override int StateWidth => 2 * Units;

    /// <summary>The cells: as many values as the states that the recurrent weights read.</summary>
    protected override Span<float> Spare => _cells.Span;

    protected override void StepForward(
        int t, int rows, bool hasPrevious, ReadOnlySpan<float> read, int readStride, ReadOnlySpan<float> previous, int previousStride, Span<float> output, int outputStride)
    {
        Span<float> gates = GatesAt(t, rows);
        bool first = t == Time(0);
        if (first) _hasState = hasPrevious;
        if (hasPrevious) MultiplyRecurrent(read, readStride, rows, gates);
        LstmCell.Forward(gates, GateStride, CellBefore(t, rows), CellAt(t, rows), output, outputStride, rows, Units);
    }

    protected override void BeginBackward(int rows) => _cellGradient.Span[..(rows * Units)].Clear();

    protected override bool StepBackward(
        int t, int k, int rows, ReadOnlySpan<float> previous, int previousStride, ReadOnlySpan<float> outputGradient, int stride, Span<float> hidden)
    {
        LstmCell.Backward(GatesAt(t, rows), GateStride, CellBefore(t, rows), CellAt(t, rows), outputGradient, stride, hidden, _cellGradient.Span, rows, Units);
        return false;
    }

    protected override void LoadState(ReadOnlySpan<float> state, int stride, int rows)
    {
        base.LoadState(state, stride, rows);
        CopyRows(state[Units..], stride, _initialCell.Span, Units, rows);
    }

    protected override void StoreState(Span<float> state, int stride, int rows)
    {
        base.StoreState(state, stride, rows);
        CopyRows(CellAt(Time(Steps - 1), rows), Units, state[Units..], stride, rows);
    }

    protected override void StoreStateGradient(ReadOnlySpan<float> hidden, Span<float> gradient, int stride, int rows)
    {
        base.StoreStateGradient(hidden, gradient, stride, rows);
        CopyRows(_cellGradient.Span, Units, gradient[Units..], stride, rows);
    }

    /// <summary>c(t-1): (B, H); the initial one, zeros where none was given.</summary>
    private Span<float> CellBefore(int t, int rows)
    {
        if (t != Time(0)) return CellAt(Place.Reverse ? t + 1 : t - 1, rows);
        Span<float> initial = _initialCell.Span[..(rows * Units)];
        if (!_hasState) initial.Clear();
        return initial;
    }

    private Span<float> CellAt(int t, int rows) => _cells.Span.Slice(t * rows * Units, rows * Units);
}
