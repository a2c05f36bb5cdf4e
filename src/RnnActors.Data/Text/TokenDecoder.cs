namespace RnnActors.Data.Text;

/// <summary>Converts tokens to text one at a time, for text that is displayed while it is generated.</summary>
public abstract class TokenDecoder
{
    /// <summary>Tokens lie in [0, Count).</summary>
    protected abstract int Count { get; }

    /// <summary>The text that a token adds: a character, nothing within a character of several bytes, or a word with the space before it.</summary>
    public string Next(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Count);
        return Text(token);
    }

    /// <summary>The rest: U+FFFD if the tokens end within a character.</summary>
    public virtual string End() => "";

    protected abstract string Text(int token);
}
