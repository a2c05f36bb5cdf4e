namespace RnnActors.Core.Sequences;

/// <summary>What flows from one layer to the next, without its rows.</summary>
/// <param name="Features">Values a step; 1 where the signal is tokens.</param>
/// <param name="IsSequence">True for a value at every step, (T, B, Features), false for one a row, (B, Features).</param>
/// <param name="Vocabulary">Above 0 where each step is an integer token in [0, Vocabulary) instead of values.</param>
public readonly record struct Shape(int Features, bool IsSequence = true, int Vocabulary = 0)
{
    /// <summary>Whose steps and lengths it has; of no meaning where it is one a row.</summary>
    public StepAxis Axis { get; init; }

    public bool IsTokens => Vocabulary > 0;

    public static Shape Tokens(int vocabulary) => new(1, true, vocabulary);

    public override string ToString() => $"{(IsSequence ? "a sequence of " : "")}{(IsTokens ? $"tokens below {Vocabulary}" : $"{Features} values")}";
}

/// <summary>A signal by its name, as layers read it and datasets give it.</summary>
public sealed record NamedSignal(string Name, Shape Shape)
{
    /// <summary>Of an input: the number of the input before it whose steps it has, where all rows have the same; null for steps of its own.</summary>
    public int? StepsOf { get; init; }
}
