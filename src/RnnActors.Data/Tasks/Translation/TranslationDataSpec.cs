using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>Data of sentences with their translations.</summary>
public sealed record TranslationDataSpec : ExampleDataSpec
{
    private static readonly Format<string> Text = new TextFormat { NotEmpty = true };

    /// <summary>A file with the translation of each line of <see cref="ExampleDataSpec.Path"/>; null if each line has both.</summary>
    public string? TargetPath { get; init; }

    /// <summary>The units into which sentences are split.</summary>
    public TextUnit Unit { get; init; } = TextUnit.Words;

    /// <summary>The tokenizer's file, if the unit is <see cref="TextUnit.Tokenizer"/>; one for both languages.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Units that occur less often in the training part count as unknown.</summary>
    public int MinCount { get; init; } = 2;

    /// <summary>The maximum size of each language's vocabulary; null for no limit.</summary>
    public int? Vocabulary { get; init; }

    /// <summary>The maximum length of a translation, in units.</summary>
    public int MaxLength { get; init; } = 100;

    /// <summary>The beam width: how many hypotheses are followed at once.</summary>
    public int BeamWidth { get; init; } = 4;

    /// <summary>The length penalty α: higher values favour longer translations. Wu et al. 2016.</summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>Whether an unknown word is copied from the source position with the most attention.</summary>
    public bool CopyUnknown { get; init; } = true;

    internal static ObjectFormat<TranslationDataSpec> Keys { get; } =
        new ObjectFormat<TranslationDataSpec>("an object that describes pairs of sentences", new() { GroupBy = PairFile.SourceField })
            .WithFiles()
            .Key("targetPath", "A file with the translation of each line of path; null where a line has both, separated by a tab.", Text.OrNothing(),
                d => d.TargetPath, (d, v) => d with { TargetPath = v })
            .WithUnits(d => d.Unit, (d, v) => d with { Unit = v }, d => d.Tokenizer, (d, v) => d with { Tokenizer = v })
            .Key("minCount", "Units that occur less often in the training part are unknown.", Numbers.Whole(1), d => d.MinCount,
                (d, v) => d with { MinCount = v })
            .Key("vocabulary", "The largest vocabulary of each language, in units; null for no limit.", Numbers.Whole(4).OrNull(), d => d.Vocabulary,
                (d, v) => d with { Vocabulary = v })
            .Key("maxLength", "The most units that a translation may have.", Numbers.Whole(1, 10_000), d => d.MaxLength, (d, v) => d with { MaxLength = v })
            .Key("beamWidth", "The beam width, in hypotheses; 1 takes the likeliest unit at each step.", Numbers.Whole(1, 100), d => d.BeamWidth,
                (d, v) => d with { BeamWidth = v })
            .Key("lengthPenalty", "The length penalty: favours longer translations; 0 ranks by probability alone.", Numbers.AtLeastZero(), d => d.LengthPenalty,
                (d, v) => d with { LengthPenalty = v })
            .Key("copyUnknown", "Whether an unknown word is copied from where the attention points at.", new BooleanFormat(), d => d.CopyUnknown,
                (d, v) => d with { CopyUnknown = v })
            .WithSplit()
            .WithTable()
            .Check(TargetPathGoesWithPath);

    public override DataSpec WithPaths(Func<string, string> map) =>
        (TranslationDataSpec)base.WithPaths(map) with
        {
            TargetPath = TargetPath is null ? null : map(TargetPath),
            Tokenizer = Tokenizer is null ? null : map(Tokenizer),
        };

    private static void TargetPathGoesWithPath(TranslationDataSpec data, SourceNode node)
    {
        if (data.TargetPath is null || data is { Path: not null, Validation: null, Test: null }) return;
        throw new InvalidInputException(
            $"{node.PathTo("targetPath")} is the other side of path alone, but parts have files of their own",
            "Write both sides in each line of these, separated by a tab, or let the split divide path",
            node["targetPath"]!.Where);
    }
}
