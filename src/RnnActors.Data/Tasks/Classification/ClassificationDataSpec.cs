using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Sound;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>Data of labelled examples.</summary>
public sealed record ClassificationDataSpec : ExampleDataSpec
{
    /// <summary>The field of the sentence; null to detect it.</summary>
    public string? Text { get; init; }

    /// <summary>The field of the label; null to detect it.</summary>
    public string? Label { get; init; }

    /// <summary>The units into which sentences are split.</summary>
    public TextUnit Unit { get; init; } = TextUnit.Words;

    /// <summary>The file of the tokenizer where the unit is <see cref="TextUnit.Tokenizer"/>.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>The maximum length of n-grams: sequences of 2 to N words are units too; 1 for single words only.</summary>
    public int Ngrams { get; init; } = 1;

    public bool Lowercase { get; init; }

    /// <summary>Units that occur less often in the training part count as unknown.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>The maximum size of the vocabulary; null for no limit.</summary>
    public int? Vocabulary { get; init; }

    /// <summary>The maximum number of units that are read of a sentence; null for all.</summary>
    public int? MaxLength { get; init; }

    /// <summary>A file of word vectors that the embedding is initialised with, in GloVe's or word2vec's text format; null for random values.</summary>
    public string? Vectors { get; init; }

    /// <summary>Whether the first embedding, with one value for each class, is initialised with the units' naive Bayes weights.</summary>
    public bool NaiveBayes { get; init; }

    /// <summary>For series in a table: the column with the series' id.</summary>
    public string? Id { get; init; }

    /// <summary>For series in a table: the columns of values; null for all numeric columns except the id and the label.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>For recordings: a regular expression over their paths in the folder, whose named groups are fields; null to detect it.</summary>
    public string? Pattern { get; init; }

    /// <summary>For recordings: the features; null for the defaults.</summary>
    public FeatureSpec? Features { get; init; }

    /// <summary>For recordings: augmentation of the training part; null for none.</summary>
    public AugmentSpec? Augment { get; init; }

    private const int MaxNgrams = 5;

    internal static ObjectFormat<ClassificationDataSpec> Keys { get; } =
        new ObjectFormat<ClassificationDataSpec>("an object that describes labelled examples", new())
            .WithFiles()
            .Key(
                "text", "The column or key of the sentence; null to detect it.",
                new TextFormat { NotEmpty = true }.OrNothing(), d => d.Text, (d, v) => d with { Text = v })
            .Key(
                "label", "The column or key of the label; null to detect it.",
                new TextFormat { NotEmpty = true }.OrNothing(), d => d.Label, (d, v) => d with { Label = v })
            .WithUnits(d => d.Unit, (d, v) => d with { Unit = v }, d => d.Tokenizer, (d, v) => d with { Tokenizer = v })
            .Optional(
                "ngrams", "N-grams: from two up to this many neighbouring words are units too, where minCount and vocabulary keep them.",
                Numbers.Whole(1, MaxNgrams), d => d.Ngrams, (d, v) => d with { Ngrams = v })
            .Key("lowercase", "Whether case is ignored.", new BooleanFormat(), d => d.Lowercase, (d, v) => d with { Lowercase = v })
            .Key("minCount", "Units that occur less often in the training part are unknown.", Numbers.Whole(1), d => d.MinCount,
                (d, v) => d with { MinCount = v })
            .Key("vocabulary", "The largest vocabulary; null for no limit.", Numbers.Whole(2).OrNull(), d => d.Vocabulary, (d, v) => d with { Vocabulary = v })
            .Key("maxLength", "The most units that are read of a sentence; null for all.", Numbers.Whole(1).OrNull(), d => d.MaxLength,
                (d, v) => d with { MaxLength = v })
            .Optional(
                "vectors", "Word vectors that the embedding starts with, in GloVe's or word2vec's text format.",
                new TextFormat { NotEmpty = true }.OrNothing(), d => d.Vectors, (d, v) => d with { Vectors = v })
            .Optional(
                "naiveBayes", "Whether the first embedding, of a value a class, starts with naive Bayes' weights: the log of a unit's share of the units of "
                + "its class, beside its share of those of the others.", new BooleanFormat(), d => d.NaiveBayes, (d, v) => d with { NaiveBayes = v })
            .Optional("id", "For series in a table: the column whose equal values are one series.", new TextFormat { NotEmpty = true }.OrNothing(), d => d.Id,
                (d, v) => d with { Id = v })
            .Optional(
                "values", "For series in a table: the columns of values; left out for all columns of numbers but the id and the label.",
                new ListFormat<string>("names of columns", new TextFormat { NotEmpty = true }, 1).OrNothing(), d => d.Values, (d, v) => d with { Values = v })
            .Optional(
                "pattern", "For recordings: a regular expression over their paths in the folder, whose named groups are fields.",
                new TextFormat { NotEmpty = true }.OrNothing(), d => d.Pattern, (d, v) => d with { Pattern = v })
            .Optional("features", "For recordings: their features.", FeatureSpec.Format.OrNothing(), d => d.Features, (d, v) => d with { Features = v })
            .Optional("augment", "For recordings: changed copies of the training part.", AugmentSpec.Format.OrNothing(), d => d.Augment,
                (d, v) => d with { Augment = v })
            .WithSplit()
            .WithTable()
            .Check(UnitsHaveNgrams)
            .Check(OneStart);

    protected override IReadOnlyList<string> UsedNames => [.. new[] { Text, Label, Id, GroupBy }.OfType<string>()];

    private static void UnitsHaveNgrams(ClassificationDataSpec data, SourceNode node)
    {
        if (data.Ngrams > 1 && data.Unit is not (TextUnit.Words or TextUnit.Whitespace))
            throw new InvalidInputException($"{node.Path}.ngrams joins words, but the unit is another", "Set unit to words or whitespace, or leave ngrams out",
                (node["ngrams"] ?? node).Where);
    }

    private static void OneStart(ClassificationDataSpec data, SourceNode node)
    {
        if (data.NaiveBayes && data.Vectors is not null)
            throw new InvalidInputException($"{node.Path} has both vectors and naiveBayes, but one embedding starts with them", "Leave one of them out",
                (node["naiveBayes"] ?? node).Where);
    }

    public override DataSpec WithPaths(Func<string, string> map) =>
        (ClassificationDataSpec)base.WithPaths(map) with
        {
            Vectors = Vectors is null ? null : map(Vectors),
            Tokenizer = Tokenizer is null ? null : map(Tokenizer),
        };
}
