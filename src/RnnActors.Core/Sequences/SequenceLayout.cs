using RnnActors.Core.Kernels.Sums;

namespace RnnActors.Core.Sequences;

/// <summary>
/// Where the steps of some rows lie in memory: time-major and packed. At time t only the rows longer than t are in memory, in their order. The index of a
/// (time, row) pair is called its position. Rows of equal length are (T, B); there is no padding.
/// </summary>
public sealed class SequenceLayout
{
    // (MaxSteps + 1, Capacity + 1): for each time and row, the position of the first active row from it on. So a run of rows lies between two of them.
    private readonly int[] _positions, _lengths, _index;
    private ShardRows[] _runs = [];
    private readonly int _stride;

    /// <param name="maxSteps">The most steps of a row; 1 for signals with one value per row.</param>
    /// <param name="capacity">The most rows.</param>
    /// <param name="isRagged">Whether rows may have unequal lengths.</param>
    /// <param name="maxPositions">The most positions of all rows together; 0 for steps times rows.</param>
    public SequenceLayout(int maxSteps, int capacity, bool isRagged = false, int maxPositions = 0)
    {
        (MaxSteps, Capacity, IsRagged, _stride) = (maxSteps, capacity, isRagged, capacity + 1);
        MaxPositions = maxPositions > 0 ? maxPositions : checked(maxSteps * capacity);
        _positions = isRagged ? new int[checked((maxSteps + 1) * _stride)] : [];
        _lengths = isRagged ? new int[capacity] : [];
        _index = new int[MaxPositions];
        Fill(isRagged ? 0 : capacity);
    }

    public int MaxSteps { get; }

    public int Capacity { get; }

    /// <summary>The most positions.</summary>
    public int MaxPositions { get; }

    /// <summary>Whether rows may have unequal lengths. If so, sums take the order of unequal lengths even where all lengths happen to be equal.</summary>
    public bool IsRagged { get; }

    /// <summary>B: the current number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>T: steps of the current longest row.</summary>
    public int Steps { get; private set; }

    /// <summary>The sum of all lengths.</summary>
    public int Positions { get; private set; }

    /// <summary>Lays out rows of full, equal length.</summary>
    public void Fill(int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)rows, (uint)Capacity, nameof(rows));
        if (IsRagged)
        {
            _lengths.AsSpan(0, rows).Fill(MaxSteps);
            Place(rows);
            return;
        }

        (Rows, Steps, Positions) = (rows, MaxSteps, MaxSteps * rows);
    }

    /// <summary>Lays out rows of these lengths, each from 0 to <see cref="MaxSteps"/>.</summary>
    public void Fill(ReadOnlySpan<int> lengths)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengths.Length, Capacity);
        foreach (int length in lengths)
        {
            if ((uint)length > (uint)MaxSteps || (!IsRagged && length != MaxSteps))
                throw new ArgumentOutOfRangeException(nameof(lengths), $"A row has {length} steps, but {(IsRagged ? "at most" : "all must have")} {MaxSteps}.");
        }

        if (!IsRagged)
        {
            Fill(lengths.Length);
            return;
        }

        lengths.CopyTo(_lengths);
        Place(lengths.Length);
    }

    /// <summary>Copies the rows of another layout.</summary>
    public void Fill(SequenceLayout other)
    {
        if (other.IsRagged) Fill(other._lengths.AsSpan(0, other.Rows));
        else Fill(other.Rows);
    }

    public int LengthOf(int row) => IsRagged ? _lengths[row] : MaxSteps;

    /// <summary>The first position of time <paramref name="t"/>.</summary>
    public int FirstAt(int t) => IsRagged ? _positions[t * _stride] : t * Rows;

    /// <summary>The number of rows active at time <paramref name="t"/>.</summary>
    public int CountAt(int t) => IsRagged ? _positions[(t * _stride) + Rows] - _positions[t * _stride] : Rows;

    /// <summary>The position of a row at time <paramref name="t"/>; where the row has ended, that of the next row that is active then.</summary>
    public int PositionOf(int t, int row) => IsRagged ? _positions[(t * _stride) + row] : (t * Rows) + row;

    public bool IsActive(int t, int row) => t < LengthOf(row);

    /// <summary>The run of positions of consecutive rows at time <paramref name="t"/>.</summary>
    public ShardRows RunAt(int t, ShardRows rows)
    {
        int first = PositionOf(t, rows.First);
        return new ShardRows(first, PositionOf(t, rows.First + rows.Count) - first);
    }

    /// <summary>The number of positions of consecutive rows, over all times.</summary>
    public int PositionsOf(ShardRows rows)
    {
        if (!IsRagged) return MaxSteps * rows.Count;
        int sum = 0;
        foreach (int length in _lengths.AsSpan(rows.First, rows.Count)) sum += length;
        return sum;
    }

    /// <summary>
    /// The positions of some shards, each shard's in order of time and then of rows, which is the order in which its gradients are summed. The result is valid
    /// until the next call.
    /// </summary>
    /// <param name="leaves">Shards of consecutive rows.</param>
    /// <param name="runs">For each leaf, its run of the index.</param>
    public ReadOnlySpan<int> IndexOf(ReadOnlySpan<ShardRows> leaves, out ReadOnlySpan<ShardRows> runs)
    {
        if (_runs.Length < leaves.Length) _runs = new ShardRows[leaves.Length];
        int at = 0;
        for (int leaf = 0; leaf < leaves.Length; leaf++)
        {
            int first = at;
            for (int t = 0; t < Steps && leaves[leaf].Count > 0; t++)
            {
                var run = RunAt(t, leaves[leaf]);
                for (int i = 0; i < run.Count; i++) _index[at++] = run.First + i;
            }

            _runs[leaf] = new ShardRows(first, at - first);
        }

        runs = _runs.AsSpan(0, leaves.Length);
        return _index.AsSpan(0, at);
    }

    /// <summary>
    /// Turns a matrix with the rows active at one time into one with the rows active at another, in place. Rows that are active at both times keep their
    /// values; all stay in order.
    /// </summary>
    /// <param name="matrix">(rows active at either time, <paramref name="width"/>).</param>
    /// <param name="starts">(B, <paramref name="stride"/> apart): values of rows that were not active; empty for zeros.</param>
    public void Regroup(Span<float> matrix, int width, int from, int to, ReadOnlySpan<float> starts = default, int stride = 0)
    {
        if (!IsRagged) return;
        int fromFirst = FirstAt(from), toFirst = FirstAt(to);
        bool grows = CountAt(to) > CountAt(from);

        // Added rows push the others back, so the last row is moved first.
        for (int i = 0; i < Rows; i++)
        {
            int row = grows ? Rows - 1 - i : i;
            if (!IsActive(to, row)) continue;
            var target = matrix.Slice((PositionOf(to, row) - toFirst) * width, width);
            if (IsActive(from, row)) matrix.Slice((PositionOf(from, row) - fromFirst) * width, width).CopyTo(target);
            else if (starts.IsEmpty) target.Clear();
            else starts.Slice(row * stride, width).CopyTo(target);
        }
    }

    private void Place(int rows)
    {
        int steps = 0, positions = 0;
        foreach (int length in _lengths.AsSpan(0, rows)) (steps, positions) = (Math.Max(steps, length), positions + length);
        if (positions > MaxPositions) throw new ArgumentException($"The rows have {positions} steps together, but at most {MaxPositions} fit.");
        (Rows, Steps, Positions) = (rows, steps, positions);
        int at = 0;
        for (int t = 0; t <= steps; t++)
        {
            var line = _positions.AsSpan(t * _stride, rows + 1);
            for (int row = 0; row < rows; row++)
            {
                line[row] = at;
                if (t < _lengths[row]) at++;
            }

            line[rows] = at;
        }
    }
}
