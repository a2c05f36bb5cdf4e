using System.Text.Json.Serialization;
using RnnActors.Data.Splits;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>Data of a language model: a text to learn to continue.</summary>
public sealed record TextDataSpec : DataSpec
{
    /// <summary>A file, or a folder whose text files are read in order of their names; relative to the specification's folder.</summary>
    public required string Path { get; init; }

    public TextUnit Unit { get; init; } = TextUnit.Characters;

    /// <summary>The number of steps T of truncated BPTT: the length of a row in units.</summary>
    public int Steps { get; init; } = 64;

    public SplitSpec Split { get; init; } = new(0.9, 0.1);

    /// <summary>A separate text to validate on; null for the part of <see cref="Path"/> given by <see cref="Split"/>.</summary>
    public string? Validation { get; init; }

    /// <summary>A separate text to test on; null for the part of <see cref="Path"/> given by <see cref="Split"/>.</summary>
    public string? Test { get; init; }

    /// <summary>Words that occur less often in the training part count as unknown.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>The maximum size of the vocabulary in words; null for no limit.</summary>
    public int? Vocabulary { get; init; }

    /// <summary>The tokenizer's file, if the unit is <see cref="TextUnit.Tokenizer"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Tokenizer { get; init; }

    /// <summary>A .NET encoding name.</summary>
    public string Encoding { get; init; } = "utf-8";

    public override string File => Path;

    [JsonIgnore]
    public override bool HasValidation => Validation is not null || Split.Validation > 0;

    public override DataSpec WithPaths(Func<string, string> map) => this with
    {
        Path = map(Path),
        Validation = Validation is null ? null : map(Validation),
        Test = Test is null ? null : map(Test),
        Tokenizer = Tokenizer is null ? null : map(Tokenizer),
    };
}
