namespace RnnActors.Core.Layers;

/// <summary>States of some rows, or their gradients, to be read at the start of a recurrent pass, forward or backward.</summary>
/// <param name="hidden">(B, H), rows <paramref name="hiddenStride"/> apart.</param>
/// <param name="cell">(B, H), rows <paramref name="cellStride"/> apart; empty where there is no cell state.</param>
internal readonly ref struct StateRows(ReadOnlySpan<float> hidden, int hiddenStride, ReadOnlySpan<float> cell, int cellStride)
{
    public ReadOnlySpan<float> Hidden { get; } = hidden;

    public int HiddenStride => hiddenStride;

    public ReadOnlySpan<float> Cell { get; } = cell;

    public int CellStride => cellStride;

    public bool IsEmpty => Hidden.IsEmpty;
}

/// <summary>The same to be written, at the end of a recurrent pass.</summary>
internal readonly ref struct StateTarget(Span<float> hidden, int hiddenStride, Span<float> cell, int cellStride)
{
    public Span<float> Hidden { get; } = hidden;

    public int HiddenStride => hiddenStride;

    public Span<float> Cell { get; } = cell;

    public int CellStride => cellStride;

    public bool IsEmpty => Hidden.IsEmpty;

    public static implicit operator StateRows(StateTarget target) => new(target.Hidden, target.HiddenStride, target.Cell, target.CellStride);
}
