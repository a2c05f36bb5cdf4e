namespace RnnActors.Core.Layers;

/// <summary>What flows from one layer to the next, without its rows.</summary>
/// <param name="Features">Values a step; 1 where the signal is tokens.</param>
/// <param name="IsSequence">True for (T, B, Features), false for the one step (B, Features).</param>
/// <param name="Vocabulary">Above 0 where each step is an integer token in [0, Vocabulary) instead of values.</param>
public readonly record struct Signal(int Features, bool IsSequence = true, int Vocabulary = 0)
{
    public bool IsTokens => Vocabulary > 0;

    public static Signal Tokens(int vocabulary) => new(1, true, vocabulary);

    public override string ToString() => $"{(IsSequence ? "a sequence of " : "")}{(IsTokens ? $"tokens below {Vocabulary}" : $"{Features} values")}";
}
