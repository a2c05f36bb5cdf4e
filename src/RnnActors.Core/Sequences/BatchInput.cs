namespace RnnActors.Core.Sequences;

/// <summary>One input of a batch: values or tokens at the positions of its layout.</summary>
public sealed class BatchInput
{
    private readonly float[] _values;
    private readonly int[] _tokens;

    public BatchInput(Shape signal, SequenceLayout layout)
    {
        (Shape, Layout) = (signal, layout);
        _values = signal.IsTokens ? [] : new float[checked(layout.MaxPositions * signal.Features)];
        _tokens = signal.IsTokens ? new int[layout.MaxPositions] : [];
    }

    public Shape Shape { get; }

    /// <summary>Where the rows' steps lie in memory.</summary>
    public SequenceLayout Layout { get; }

    /// <summary>(positions, features); empty where the input is tokens.</summary>
    public Span<float> Values => _values.AsSpan(0, _values.Length == 0 ? 0 : Layout.Positions * Shape.Features);

    /// <summary>(positions); empty where the input is values.</summary>
    public Span<int> Tokens => _tokens.AsSpan(0, _tokens.Length == 0 ? 0 : Layout.Positions);
}
