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

    /// <summary>A .NET encoding name.</summary>
    public string Encoding { get; init; } = "utf-8";

    public override string File => Path;

    [JsonIgnore]
    public override bool HasValidation => Split.Validation > 0;

    public override DataSpec WithPaths(Func<string, string> map) => this with { Path = map(Path) };
}
