namespace RnnActors.Data.Text;

/// <summary>What a text is cut into.</summary>
public enum TextUnit
{
    /// <summary>Unicode characters; the vocabulary is what occurs in the training text.</summary>
    Characters,

    /// <summary>UTF-8 bytes; the vocabulary is all 256.</summary>
    Bytes,
}
