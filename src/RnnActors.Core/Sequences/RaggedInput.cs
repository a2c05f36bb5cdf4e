namespace RnnActors.Core.Sequences;

/// <summary>An input whose rows have unequal lengths: values or tokens.</summary>
internal sealed class RaggedInput
{
    // Cumulative sums of the rows' steps, the longest row first: the most steps that so many rows can have.
    private readonly int[] _longest;

    public RaggedInput(string name, RaggedArray<float> values)
        : this(new NamedSignal(name, new Shape(values.Width)), values.Starts) => Values = values;

    public RaggedInput(string name, RaggedArray<int> tokens, int vocabulary)
        : this(new NamedSignal(name, Shape.Tokens(vocabulary)), tokens.Starts) => Tokens = tokens;

    private RaggedInput(NamedSignal signal, int[] starts)
    {
        (Named, Starts) = (signal, starts);
        _longest = [.. Enumerable.Range(0, Rows).Select(LengthOf).OrderDescending()];
        for (int i = 1; i < _longest.Length; i++) _longest[i] += _longest[i - 1];
    }

    public NamedSignal Named { get; }

    public int[] Starts { get; }

    public RaggedArray<float>? Values { get; }

    public RaggedArray<int>? Tokens { get; }

    public int Rows => Starts.Length - 1;

    public int MaxLength => _longest.Length == 0 ? 0 : _longest[0];

    public int LengthOf(int row) => Starts[row + 1] - Starts[row];

    /// <summary>The most steps that so many rows can have together.</summary>
    public int MaxPositions(int rows) => rows == 0 || _longest.Length == 0 ? 1 : _longest[Math.Min(rows, _longest.Length) - 1];

    public void Read(ReadOnlySpan<int> rows, BatchInput input)
    {
        Span<int> lengths = rows.Length <= 256 ? stackalloc int[rows.Length] : new int[rows.Length];
        for (int i = 0; i < rows.Length; i++) lengths[i] = LengthOf(rows[i]);
        input.Layout.Fill(lengths);
        if (Tokens is not null) Tokens.CopyTo(rows, input.Layout, input.Tokens);
        else Values!.CopyTo(rows, input.Layout, input.Values);
    }
}
