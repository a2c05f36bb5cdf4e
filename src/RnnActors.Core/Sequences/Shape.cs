namespace RnnActors.Core.Sequences;

/// <summary>The shape of a signal between two layers, without its number of rows.</summary>
/// <param name="Features">Values per step; 1 where the signal is tokens.</param>
/// <param name="IsSequence">True for a value at every step, (T, B, Features); false for one per row, (B, Features).</param>
/// <param name="Vocabulary">Above 0 where each step is an integer token in [0, Vocabulary) instead of values.</param>
public readonly record struct Shape(int Features, bool IsSequence = true, int Vocabulary = 0)
{
    /// <summary>The time axis of a sequence; unused where there is one value per row.</summary>
    public StepAxis Axis { get; init; }

    public bool IsTokens => Vocabulary > 0;

    public static Shape Tokens(int vocabulary) => new(1, true, vocabulary);

    public override string ToString() => $"{(IsSequence ? "a sequence of " : "")}{(IsTokens ? $"tokens below {Vocabulary}" : $"{Features} values")}";
}

/// <summary>A signal with the name by which layers read it and datasets give it.</summary>
public sealed record NamedSignal(string Name, Shape Shape)
{
    /// <summary>For an input: the index of an earlier input whose steps it shares, where all rows have equally many; null for steps of its own.</summary>
    public int? StepsOf { get; init; }
}
