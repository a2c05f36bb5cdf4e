using RnnActors.Core.Sequences;

namespace RnnActors.Core.Layers;

/// <summary>The steps of a layout in the order of one direction, and the operations on what rows carry from step to step: a matrix of the active rows, in their
/// order.</summary>
/// <param name="reverse">Whether the direction runs from the last step to the first.</param>
internal readonly struct Direction(SequenceLayout layout, bool reverse)
{
    /// <summary>The time of the <paramref name="k"/>-th step.</summary>
    public int TimeOf(int k) => reverse ? layout.Steps - 1 - k : k;

    /// <summary>Whether the same rows are active at the <paramref name="k"/>-th step and at the one before, so that no rows need to be gathered.</summary>
    public bool HasSameRows(int k) => k > 0 && layout.CountAt(TimeOf(k)) == layout.CountAt(TimeOf(k - 1));

    /// <summary>How many steps from the <paramref name="k"/>-th on have at most so many positions together; at least one step.</summary>
    public int StepsFrom(int k, int positions)
    {
        int count = 1, sum = layout.CountAt(TimeOf(k));
        for (; k + count < layout.Steps; count++)
        {
            sum += layout.CountAt(TimeOf(k + count));
            if (sum > positions) break;
        }

        return count;
    }

    /// <summary>The range of positions of some steps from the <paramref name="k"/>-th on.</summary>
    public (int First, int Count) PositionsFrom(int k, int steps)
    {
        int time = reverse ? layout.Steps - k - steps : k, first = layout.FirstAt(time);
        return (first, layout.FirstAt(time + steps) - first);
    }

    /// <summary>Gathers the values that the rows active at the <paramref name="k"/>-th step had at the step before.</summary>
    /// <param name="source">(positions, ·), rows <paramref name="stride"/> apart.</param>
    /// <param name="initial">(B, <paramref name="width"/>): used for rows whose first step it is.</param>
    /// <param name="target">(rows active, <paramref name="width"/>), overwritten.</param>
    public void Gather(int k, ReadOnlySpan<float> source, int stride, ReadOnlySpan<float> initial, Span<float> target, int width)
    {
        int t = TimeOf(k), before = k == 0 ? -1 : TimeOf(k - 1), at = 0;
        for (int row = 0; row < layout.Rows; row++)
        {
            if (!layout.IsActive(t, row)) continue;
            bool isFirst = before < 0 || !layout.IsActive(before, row);
            var own = isFirst ? initial.Slice(row * width, width) : source.Slice(layout.PositionOf(before, row) * stride, width);
            own.CopyTo(target[at..]);
            at += width;
        }
    }

    /// <summary>Copies each row's values at its own last step.</summary>
    /// <param name="source">(positions, ·), rows <paramref name="sourceStride"/> apart.</param>
    /// <param name="target">(B, <paramref name="width"/>), rows <paramref name="targetStride"/> apart, overwritten.</param>
    public void CopyFinal(ReadOnlySpan<float> source, int sourceStride, Span<float> target, int targetStride, int width)
    {
        for (int row = 0; row < layout.Rows; row++)
        {
            int position = layout.PositionOf(reverse ? 0 : layout.LengthOf(row) - 1, row);
            source.Slice(position * sourceStride, width).CopyTo(target.Slice(row * targetStride, width));
        }
    }

    /// <summary>Begins the backward pass: sets the carried gradient of the rows active at the last step to that of their final states.</summary>
    /// <param name="carried">(rows active, <paramref name="width"/>), overwritten.</param>
    /// <param name="final">(B, <paramref name="width"/>), rows <paramref name="stride"/> apart; empty for zeros.</param>
    public void Start(Span<float> carried, int width, ReadOnlySpan<float> final, int stride)
    {
        int t = TimeOf(layout.Steps - 1);
        if (final.IsEmpty)
        {
            carried[..(layout.CountAt(t) * width)].Clear();
            return;
        }

        for (int row = 0, at = 0; row < layout.Rows; row++)
        {
            if (!layout.IsActive(t, row)) continue;
            final.Slice(row * stride, width).CopyTo(carried[at..]);
            at += width;
        }
    }

    /// <summary>Copies what is carried at the <paramref name="k"/>-th step, of the rows whose first step it is.</summary>
    /// <param name="carried">(rows active, <paramref name="width"/>).</param>
    /// <param name="target">(B, <paramref name="width"/>), rows <paramref name="stride"/> apart; other rows stay as they are.</param>
    public void CopyFirst(int k, ReadOnlySpan<float> carried, int width, Span<float> target, int stride)
    {
        int t = TimeOf(k);
        for (int row = 0, at = 0; row < layout.Rows; row++)
        {
            if (!layout.IsActive(t, row)) continue;
            if (k == 0 || !layout.IsActive(TimeOf(k - 1), row)) carried.Slice(at, width).CopyTo(target[(row * stride)..]);
            at += width;
        }
    }

    /// <summary>Moves the carried gradient of the backward pass to the <paramref name="k"/>-th step: removes rows whose first step was the one after, and adds
    /// rows whose last step it is.</summary>
    /// <param name="carried">(rows active, <paramref name="width"/>), in place.</param>
    /// <param name="final">(B, <paramref name="width"/>), rows <paramref name="stride"/> apart: the gradient of added rows; empty for zeros.</param>
    public void GoBack(int k, Span<float> carried, int width, ReadOnlySpan<float> final, int stride) =>
        layout.Regroup(carried, width, TimeOf(k + 1), TimeOf(k), final, stride);
}
