namespace RnnActors.Data.Text;

/// <summary>What a text is cut into.</summary>
public enum TextUnit
{
    /// <summary>Unicode characters; the vocabulary is what occurs in the training text.</summary>
    Characters,

    /// <summary>UTF-8 bytes; the vocabulary is all 256.</summary>
    Bytes,

    /// <summary>Words and signs, of text as people write it (<see cref="TextCutter.Words"/>).</summary>
    Words,

    /// <summary>What stands between white space, of text that has been cut into words already.</summary>
    Whitespace,

    /// <summary>Parts of words that byte-pair encoding learns in the training text.</summary>
    BytePairs,

    /// <summary>The tokens of a tokenizer that others trained.</summary>
    Tokenizer,
}
