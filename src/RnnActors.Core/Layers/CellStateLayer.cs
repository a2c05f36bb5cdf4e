using RnnActors.Core.Kernels.Memory;

namespace RnnActors.Core.Layers;

/// <summary>A recurrent layer with a cell state c beside its output (LSTM), which is carried forward, and its gradient backward.</summary>
internal abstract class CellStateLayer : RecurrentLayer
{
    private readonly AlignedBuffer _initial, _cells, _gradient;
    private readonly AlignedBuffer? _before;

    protected CellStateLayer(Lstm spec, RecurrentPlace place, bool hasBiases = true)
        : base(spec, place, gates: 4, hasBiases)
    {
        int capacity = place.Setup.Capacity;
        _initial = new AlignedBuffer(capacity * Units);
        _cells = new AlignedBuffer(Math.Max(checked(Layout.MaxPositions * Units), MaxTokenSums));
        _gradient = new AlignedBuffer(capacity * Units);
        if (Layout.IsRagged) _before = new AlignedBuffer(capacity * Units);
    }

    public override IReadOnlyList<string> GateNames => ["input", "forget", "candidate", "output"];

    public override int CellWidth => Units;

    public override ReadOnlySpan<float> CellAtPosition(int position) => _cells.Span.Slice(position * Units, Units);

    /// <summary>(rows active, H): the gradient with respect to c that is carried backward.</summary>
    protected Span<float> CellGradient => _gradient.Span;

    /// <summary>The memory of c, which is as large as the states that the recurrent weights read.</summary>
    protected override Span<float> Spare => _cells.Span;

    /// <summary>c at time <paramref name="t"/>: (rows active, H).</summary>
    protected Span<float> CellAt(int t) => _cells.Span.Slice(Layout.FirstAt(t) * Units, Layout.CountAt(t) * Units);

    /// <summary>c before the <paramref name="k"/>-th step of this direction: (rows active, H).</summary>
    protected ReadOnlySpan<float> CellBefore(int k)
    {
        if (Direction.HasSameRows(k)) return CellAt(Direction.TimeOf(k - 1));
        if (!Layout.IsRagged) return _initial.Span;
        Direction.Gather(k, _cells.Span, Units, _initial.Span, _before!.Span, Units);
        return _before.Span;
    }

    protected override void Begin(StateRows initial)
    {
        base.Begin(initial);
        if (initial.IsEmpty) _initial.Span[..(Layout.Rows * Units)].Clear();
        else CopyRows(initial.Cell, initial.CellStride, _initial.Span, Units, Layout.Rows, Units);
    }

    protected override void StoreState(StateTarget state)
    {
        base.StoreState(state);
        Direction.CopyFinal(_cells.Span, Units, state.Cell, state.CellStride, Units);
    }

    protected override void BeginBackward(StateRows finalGradient)
    {
        base.BeginBackward(finalGradient);
        Direction.Start(_gradient.Span, Units, finalGradient.Cell, finalGradient.CellStride);
    }

    protected override void GoBack(int k, StateRows finalGradient)
    {
        base.GoBack(k, finalGradient);
        Direction.GoBack(k, _gradient.Span, Units, finalGradient.Cell, finalGradient.CellStride);
    }

    protected override void StoreInitialGradient(int k, StateTarget initialGradient)
    {
        base.StoreInitialGradient(k, initialGradient);
        Direction.CopyFirst(k, _gradient.Span, Units, initialGradient.Cell, initialGradient.CellStride);
    }
}
