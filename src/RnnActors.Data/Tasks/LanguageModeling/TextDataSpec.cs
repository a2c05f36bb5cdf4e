using System.Text.Json.Serialization;
using RnnActors.Data.Splits;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>A text to learn to continue.</summary>
public sealed record TextDataSpec : DataSpec
{
    /// <summary>A file, or a folder whose text files are read in order of their names; relative paths start beside the specification.</summary>
    public required string Path { get; init; }

    public TextUnit Unit { get; init; } = TextUnit.Characters;

    /// <summary>Steps T of truncated BPTT: how many units a row has.</summary>
    public int Steps { get; init; } = 64;

    public SplitSpec Split { get; init; } = new(0.9, 0.1);

    /// <summary>A text of its own to validate on; null for a part of <see cref="Path"/>, as <see cref="Split"/> says.</summary>
    public string? Validation { get; init; }

    /// <summary>A text of its own to test on.</summary>
    public string? Test { get; init; }

    /// <summary>Words that occur less often in the training part are unknown.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>Words that are known at most; null for all.</summary>
    public int? Vocabulary { get; init; }

    /// <summary>The file of the tokenizer where the unit is <see cref="TextUnit.Tokenizer"/>.</summary>
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
