namespace RnnActors.Core.Sequences;

/// <summary>Rows of unequal length, concatenated.</summary>
/// <param name="values">(steps of all rows, width).</param>
/// <param name="starts">(rows + 1): the step at which each row begins, and the end of the last one.</param>
/// <param name="width">Values per step.</param>
internal sealed class RaggedArray<T>(T[] values, int[] starts, int width)
    where T : unmanaged
{
    public int Rows => starts.Length - 1;

    public int Width => width;

    public T[] Values => values;

    public int[] Starts => starts;

    public int MaxLength => Rows == 0 ? 0 : Enumerable.Range(0, Rows).Max(LengthOf);

    public int LengthOf(int row) => starts[row + 1] - starts[row];

    public ReadOnlySpan<T> Row(int row) => values.AsSpan(starts[row] * width, LengthOf(row) * width);

    /// <summary>Concatenates rows.</summary>
    public static RaggedArray<T> Of(IReadOnlyList<T[]> rows, int width)
    {
        int[] starts = new int[rows.Count + 1];
        for (int row = 0; row < rows.Count; row++) starts[row + 1] = starts[row] + (rows[row].Length / width);
        var values = new T[starts[^1] * width];
        for (int row = 0; row < rows.Count; row++) rows[row].CopyTo(values, starts[row] * width);
        return new RaggedArray<T>(values, starts, width);
    }

    /// <summary>Copies rows to their positions in a layout, which has their lengths.</summary>
    public void CopyTo(ReadOnlySpan<int> rows, SequenceLayout layout, Span<T> target)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<T> row = Row(rows[i]);
            for (int t = 0; t < layout.LengthOf(i); t++) row.Slice(t * width, width).CopyTo(target[(layout.PositionOf(t, i) * width)..]);
        }
    }
}
