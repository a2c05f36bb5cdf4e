using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Data.Text;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>How sentences are read.</summary>
/// <param name="Field">The field of the sentence.</param>
/// <param name="Unit">The units into which it is split.</param>
public sealed record SentenceSpec(string Field, TextUnit Unit)
{
    /// <summary>The maximum length of n-grams: sequences of 2 to N words are units too, if the vocabulary has them; 1 for single words only.</summary>
    public int Ngrams { get; init; } = 1;

    /// <summary>Whether letters are converted to lower case.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Units that occur less often in the training part count as unknown.</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>The maximum size of the vocabulary; null for no limit.</summary>
    public int? MaxVocabulary { get; init; }

    /// <summary>The maximum number of units that are read of a sentence; null for all.</summary>
    public int? MaxLength { get; init; }

    /// <summary>The file of the tokenizer, if the unit is its tokens.</summary>
    public string? Tokenizer { get; init; }
}

/// <summary>Sentences as tokens.</summary>
public sealed class SentenceInput : FittedInput
{
    private const string Name = "how sentences are read";

    /// <summary>Between the words of an n-gram; no word contains it.</summary>
    private const char Space = ' ';

    private readonly SentenceSpec _spec;
    private readonly Vocabulary _vocabulary;
    private readonly TextCutter _cutter;
    private IReadOnlyList<string> _learnt = []; // for the cutter, while this is read from a checkpoint

    private SentenceInput(SentenceSpec spec, Vocabulary vocabulary, TextCutter cutter) => (_spec, _vocabulary, _cutter) = (spec, vocabulary, cutter);

    /// <summary>The format in a checkpoint.</summary>
    internal static ObjectFormat<SentenceInput> Format { get; } =
        new ObjectFormat<SentenceInput>(
            Name, new(new SentenceSpec("", TextUnit.Words), Vocabulary.Of([Vocabulary.UnknownEntry]), TextCutter.Words))
            .Optional(
                "learnt", "What was learnt to cut them: merges, or the files of a tokenizer.", new ListFormat<string>("texts", new TextFormat()),
                i => i._cutter.Learnt, (i, v) => new(i._spec, i._vocabulary, i._cutter) { _learnt = v })
            .Required("field", "The field that holds them.", new TextFormat(), i => i._spec.Field, (i, v) => i.With(i._spec with { Field = v }))
            .Required(
                "unit", "What they are cut into.", Names.Of<TextUnit>(), i => i._spec.Unit,
                (i, v) => new(i._spec with { Unit = v }, i._vocabulary, TextCutter.Restore(v, i._learnt, Name)))
            .Key("lowercase", "Whether case is ignored.", new BooleanFormat(), i => i._spec.Lowercase, (i, v) => i.With(i._spec with { Lowercase = v }))
            .Optional("ngrams", "Neighbouring words that are units too.", Numbers.Whole(1), i => i._spec.Ngrams, (i, v) => i.With(i._spec with { Ngrams = v }))
            .Key(
                "maxLength", "The most units that are read.", Numbers.Whole(1).OrNull(), i => i._spec.MaxLength,
                (i, v) => i.With(i._spec with { MaxLength = v }))
            .Required("vocabulary", "The units by their numbers.", Vocabulary.Format, i => i._vocabulary, (i, v) => new(i._spec, v, i._cutter));

    public override Shape Shape => Shape.Tokens(_vocabulary.Count);

    public override string Noun => "sentences";

    public override string UnitNoun => _cutter.Name;

    public override string CountedNoun => _spec.Ngrams > 1 ? $"{_cutter.Name}, and up to {_spec.Ngrams} in a row" : base.CountedNoun;

    public override string ShownName => _spec.Field;

    public Vocabulary Vocabulary => _vocabulary;

    /// <exception cref="InvalidInputException">A sentence is empty.</exception>
    public static SentenceInput Fit(SentenceSpec spec, IReadOnlyList<Example> training)
    {
        var cutter = TextCutter.Fit(spec.Unit, training.Select(example => Text(spec, example)), spec.MaxVocabulary, spec.Tokenizer);
        var cut = new SentenceInput(spec, Vocabulary.Of([Vocabulary.UnknownEntry]), cutter);
        return new SentenceInput(
            spec, Vocabulary.Fit(training.SelectMany(cut.UnitsOf), [Vocabulary.UnknownEntry], spec.MinCount, spec.MaxVocabulary), cutter);
    }

    public override (ExportedInput Input, IReadOnlyDictionary<string, string> Metadata) Export =>
        (new(InputNames.Default, IsRagged: true) { Entries = _vocabulary.Entries }, new Dictionary<string, string>
        {
            ["unit"] = _cutter.Name,
            ["lowercase"] = _spec.Lowercase ? "true" : "false",
            ["field"] = _spec.Field,
        }.Concat(_spec.Ngrams > 1 ? [new("ngrams", $"{_spec.Ngrams}")] : []).ToDictionary());

    public override string Describe() =>
        $"{Figures.Count(_vocabulary.Count)} different {_cutter.Name}{(_spec.Ngrams > 1 ? $" and rows of up to {_spec.Ngrams} of them" : "")}";

    public override InputRows Encode(IReadOnlyList<Example> examples) =>
        InputRows.OfTokens([.. examples.Select(example => KnownOf(example).Select(_vocabulary.NumberOf).ToArray())], _vocabulary.Count);

    /// <summary>A unit for display.</summary>
    public string ShowUnit(string unit) => _spec.Ngrams > 1 ? string.Join(Space, unit.Split(Space).Select(_cutter.Show)) : _cutter.Show(unit);

    public override StepCodec Stepwise(IReadOnlyList<string> labels) => new TokenSteps(
        labels, text => [.. KnownOf(new Example([_spec.Field], [text], new SourceLocation("the text"))).Select(_vocabulary.NumberOf)]);

    public override IReadOnlyList<string> StepsOf(Example example, int steps) => [.. KnownOf(example).Select(ShowUnit)];

    public override IReadOnlyList<string> Features { get; } = [""];

    public override bool IsJoined => _spec.Unit == TextUnit.Characters;

    public override string Show(Example example) => example[_spec.Field].ReplaceLineEndings(" ");

    /// <summary>The units of a sentence. An n-gram follows the word that it ends with, shorter ones first.</summary>
    /// <exception cref="InvalidInputException">The sentence has no units.</exception>
    public IReadOnlyList<string> UnitsOf(Example example)
    {
        IReadOnlyList<string> units = _cutter.Cut(Text(_spec, example));
        if (units.Count == 0) throw new InvalidInputException("the sentence is empty", "Give it a word, or leave it out", example.Where);
        if (_spec.MaxLength is { } max && units.Count > max) units = [.. units.Take(max)];
        return _spec.Ngrams > 1 ? [.. Enumerable.Range(0, units.Count).SelectMany(end => EndingAt(units, end, _spec.Ngrams))] : units;
    }

    /// <summary>The units of a sentence that are read: unknown words are, unknown n-grams are not.</summary>
    private IEnumerable<string> KnownOf(Example example) => _spec.Ngrams == 1
        ? UnitsOf(example)
        : UnitsOf(example).Where(unit => !unit.Contains(Space, StringComparison.Ordinal) || _vocabulary.Contains(unit));

    private static IEnumerable<string> EndingAt(IReadOnlyList<string> words, int end, int longest)
    {
        for (int length = 1; length <= Math.Min(longest, end + 1); length++)
            yield return string.Join(Space, words.Skip(end + 1 - length).Take(length));
    }

    private static string Text(SentenceSpec spec, Example example) => spec.Lowercase ? example[spec.Field].ToLowerInvariant() : example[spec.Field];

    private SentenceInput With(SentenceSpec spec) => new(spec, _vocabulary, _cutter) { _learnt = _learnt };
}
