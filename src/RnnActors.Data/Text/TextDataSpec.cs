using RnnActors.Data.Splits;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Text;

/// <summary>What a text is cut into.</summary>
public enum TextUnit
{
    /// <summary>Unicode characters; the vocabulary is what occurs in the training text.</summary>
    Characters,

    /// <summary>UTF-8 bytes; the vocabulary is all 256.</summary>
    Bytes,
}

/// <summary>A text to learn to continue.</summary>
public sealed record TextDataSpec : DataSpec
{
    /// <summary>A file, or a folder whose text files are read in order of their names; relative paths start beside the specification.</summary>
    public required string Path { get; init; }

    public TextUnit Unit { get; init; } = TextUnit.Characters;

    /// <summary>Steps T of truncated BPTT: how many units a row has.</summary>
    public int Steps { get; init; } = 64;

    public SplitSpec Split { get; init; } = new(0.9, 0.1);

    /// <summary>A .NET encoding name.</summary>
    public string Encoding { get; init; } = "utf-8";
}
