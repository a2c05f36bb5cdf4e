namespace RnnActors.Data.Text;

/// <summary>Turns tokens into text one at a time, for text that appears while it is generated.</summary>
public abstract class TokenDecoder
{
    /// <summary>Tokens lie in [0, Count).</summary>
    protected abstract int Count { get; }

    /// <summary>What the token adds to the text: a character, nothing within a character of several bytes, a word with the space before it.</summary>
    public string Next(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Count);
        return Text(token);
    }

    /// <summary>What is left: U+FFFD where the tokens end within a character.</summary>
    public virtual string End() => "";

    protected abstract string Text(int token);
}
