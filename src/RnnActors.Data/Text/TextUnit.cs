namespace RnnActors.Data.Text;

/// <summary>The units into which a text is split.</summary>
public enum TextUnit
{
    /// <summary>Unicode characters; the vocabulary is what occurs in the training text.</summary>
    Characters,

    /// <summary>UTF-8 bytes; the vocabulary is all 256.</summary>
    Bytes,

    /// <summary>Words and punctuation marks of ordinary text (<see cref="TextCutter.Words"/>).</summary>
    Words,

    /// <summary>Words between white space, of text that has already been split.</summary>
    Whitespace,

    /// <summary>Subwords that byte-pair encoding learns from the training text.</summary>
    BytePairs,

    /// <summary>The tokens of a pretrained tokenizer.</summary>
    Tokenizer,
}
