using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Data.Text;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>How sentences are read.</summary>
/// <param name="Field">The field that holds them.</param>
/// <param name="Unit">What they are cut into.</param>
public sealed record SentenceSpec(string Field, TextUnit Unit)
{
    /// <summary>Whether upper-case letters are read as lower-case ones.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Units that occur less often in the training part are unknown.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>Units that are known at most; null for all.</summary>
    public int? MaxVocabulary { get; init; }

    /// <summary>Units of a sentence that are read; null for all.</summary>
    public int? MaxLength { get; init; }
}

/// <summary>Sentences as tokens.</summary>
public sealed class SentenceInput : FittedInput
{
    private readonly SentenceSpec _spec;
    private readonly Vocabulary _vocabulary;
    private readonly TextCutter _cutter;

    private SentenceInput(SentenceSpec spec, Vocabulary vocabulary) => (_spec, _vocabulary, _cutter) = (spec, vocabulary, TextCutter.Of(spec.Unit));

    /// <summary>As a checkpoint keeps it.</summary>
    internal static ObjectFormat<SentenceInput> Format { get; } =
        new ObjectFormat<SentenceInput>("how sentences are read", new(new SentenceSpec("", TextUnit.Words), Vocabulary.Of([Vocabulary.UnknownEntry])))
            .Required("field", "The field that holds them.", new TextFormat(), i => i._spec.Field, (i, v) => new(i._spec with { Field = v }, i._vocabulary))
            .Required("unit", "What they are cut into.", Names.Of<TextUnit>(), i => i._spec.Unit, (i, v) => new(i._spec with { Unit = v }, i._vocabulary))
            .Key("lowercase", "Whether case is ignored.", new BooleanFormat(), i => i._spec.Lowercase,
                (i, v) => new(i._spec with { Lowercase = v }, i._vocabulary))
            .Key(
                "maxLength", "Units that are read at most.", Numbers.Whole(1).OrNull(), i => i._spec.MaxLength,
                (i, v) => new(i._spec with { MaxLength = v }, i._vocabulary))
            .Required("vocabulary", "The units by their numbers.", Vocabulary.Format, i => i._vocabulary, (i, v) => new(i._spec, v));

    public override Shape Shape => Shape.Tokens(_vocabulary.Count);

    public override string Noun => "sentences";

    public override string UnitNoun => _cutter.Name;

    public override string ShownName => _spec.Field;

    public Vocabulary Vocabulary => _vocabulary;

    /// <exception cref="InvalidInputException">A sentence is empty.</exception>
    public static SentenceInput Fit(SentenceSpec spec, IReadOnlyList<Example> training)
    {
        var cut = new SentenceInput(spec, Vocabulary.Of([Vocabulary.UnknownEntry]));
        return new SentenceInput(
            spec, Vocabulary.Fit(training.SelectMany(cut.UnitsOf), [Vocabulary.UnknownEntry], spec.MinCount, spec.MaxVocabulary));
    }

    public override (ExportedInput Input, IReadOnlyDictionary<string, string> Metadata) Export =>
        (new(InputNames.Default, IsRagged: true) { Entries = _vocabulary.Entries }, new Dictionary<string, string>
        {
            ["unit"] = _cutter.Name,
            ["lowercase"] = _spec.Lowercase ? "true" : "false",
            ["field"] = _spec.Field,
        });

    public override string Describe() => $"{Figures.Count(_vocabulary.Count)} different {_cutter.Name}";

    public override InputRows Encode(IReadOnlyList<Example> examples) =>
        InputRows.OfTokens([.. examples.Select(example => UnitsOf(example).Select(_vocabulary.NumberOf).ToArray())], _vocabulary.Count);

    /// <summary>A unit as people write it.</summary>
    public string ShowUnit(string unit) => _cutter.Show(unit);

    public override IReadOnlyList<string> StepsOf(Example example, int steps) => [.. UnitsOf(example).Select(ShowUnit)];

    public override IReadOnlyList<string> Features { get; } = [""];

    public override bool IsJoined => _spec.Unit == TextUnit.Characters;

    public override string Show(Example example) => example[_spec.Field].ReplaceLineEndings(" ");

    /// <summary>The units of a sentence.</summary>
    /// <exception cref="InvalidInputException">It has none.</exception>
    public IReadOnlyList<string> UnitsOf(Example example)
    {
        string text = example[_spec.Field];
        IReadOnlyList<string> units = _cutter.Cut(_spec.Lowercase ? text.ToLowerInvariant() : text);
        if (units.Count == 0) throw new InvalidInputException("the sentence is empty", "Give it a word, or leave it out", example.Where);
        return _spec.MaxLength is { } most && units.Count > most ? [.. units.Take(most)] : units;
    }
}
