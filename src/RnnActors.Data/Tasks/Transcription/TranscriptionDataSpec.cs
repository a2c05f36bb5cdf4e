using RnnActors.Core.Specifications;
using RnnActors.Data.Sound;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>Data of recordings with their transcripts.</summary>
public sealed record TranscriptionDataSpec : ExampleDataSpec
{
    /// <summary>A regular expression over the recordings' paths in the folder, whose named groups are fields; null to detect it.</summary>
    public string? Pattern { get; init; }

    /// <summary>The field of the transcript; null to detect it.</summary>
    public string? Label { get; init; }

    /// <summary>The units into which transcripts are split.</summary>
    public TextUnit Unit { get; init; } = TextUnit.Characters;

    public FeatureSpec Features { get; init; } = new();

    /// <summary>Augmentation of the training part; null for none.</summary>
    public AugmentSpec? Augment { get; init; }

    /// <summary>How recordings are joined to strings; null to use them as they are.</summary>
    public JoinSpec? Join { get; init; }

    /// <summary>The beam width: how many prefixes are followed at once; 1 for greedy decoding.</summary>
    public int BeamWidth { get; init; } = 16;

    /// <summary>A text from which a language model of characters or words is counted, for beam search; null for none.</summary>
    public string? LanguageModel { get; init; }

    /// <summary>The weight of the language model's log probability.</summary>
    public double LanguageWeight { get; init; } = 0.5;

    internal static ObjectFormat<TranscriptionDataSpec> Keys { get; } =
        new ObjectFormat<TranscriptionDataSpec>("an object that describes recordings and what is said in them", new())
            .WithFiles()
            .Key(
                "pattern", "A regular expression over the recordings' paths in the folder, whose named groups are fields; null to detect it from the names.",
                new TextFormat { NotEmpty = true }.OrNothing(), d => d.Pattern, (d, v) => d with { Pattern = v })
            .Key("label", "The field of what is said; null to detect it from the names.", new TextFormat { NotEmpty = true }.OrNothing(), d => d.Label,
                (d, v) => d with { Label = v })
            .Key(
                "unit", "What a transcript is cut into.", new NamesFormat<TextUnit>(("characters", TextUnit.Characters), ("whitespace", TextUnit.Whitespace)),
                d => d.Unit, (d, v) => d with { Unit = v })
            .Key("features", "What is heard.", FeatureSpec.Format, d => d.Features, (d, v) => d with { Features = v })
            .Key("augment", "Changed copies of the training part; null for none.", AugmentSpec.Format.OrNothing(), d => d.Augment,
                (d, v) => d with { Augment = v })
            .Key("join", "Recordings that are joined to strings; null to take them as they are.", JoinSpec.Format.OrNothing(), d => d.Join,
                (d, v) => d with { Join = v })
            .Key("beamWidth", "The beam width, in prefixes; 1 takes the likeliest symbol of each frame.", Numbers.Whole(1, 1000), d => d.BeamWidth,
                (d, v) => d with { BeamWidth = v })
            .Optional(
                "languageModel", "A text whose units a language model counts, for beam search.", new TextFormat { NotEmpty = true }.OrNothing(),
                d => d.LanguageModel, (d, v) => d with { LanguageModel = v })
            .Optional("languageWeight", "How much the language model's log probability counts.", Numbers.AtLeastZero(), d => d.LanguageWeight,
                (d, v) => d with { LanguageWeight = v })
            .WithSplit()
            .WithTable();

    public override DataSpec WithPaths(Func<string, string> map) =>
        (TranscriptionDataSpec)base.WithPaths(map) with { LanguageModel = LanguageModel is null ? null : map(LanguageModel) };

    protected override string FoldField => ExampleParts.GroupField;
}
