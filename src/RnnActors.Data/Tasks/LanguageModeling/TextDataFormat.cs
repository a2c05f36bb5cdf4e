using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Splits;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>The keys of a language model's data.</summary>
internal static class TextDataFormat
{
    private static readonly Format<string> Name = new TextFormat { NotEmpty = true };
    private static readonly Format<TextUnit> Units = Names.Of<TextUnit>();

    public static ObjectFormat<TextDataSpec> Instance { get; } = new ObjectFormat<TextDataSpec>("an object that describes a text", new() { Path = "" })
        .Required(
            "path", "A text file, or a folder of them, beside the specification where it is relative.",
            Name, d => d.Path, (d, v) => d with { Path = v })
        .Key("unit", "What the text is cut into: characters, UTF-8 bytes, words and signs, whitespace where it has been cut into words before, bytePairs: "
            + "parts of words that are learnt, or the tokens of a tokenizer.", Units, d => d.Unit, (d, v) => d with { Unit = v })
        .Key("steps", "Units of a row: steps of truncated BPTT.", Numbers.Whole(1), d => d.Steps, (d, v) => d with { Steps = v })
        .Key(
            "split", "Parts in the order of the text, each a fraction of it or, above 1, a number of units.",
            SplitFormat.Instance, d => d.Split, (d, v) => d with { Split = v })
        .Optional("validation", "A text of its own to validate on, in place of a part of path.", Name.OrNothing(), d => d.Validation,
            (d, v) => d with { Validation = v })
        .Optional("test", "A text of its own to test on, in place of a part of path.", Name.OrNothing(), d => d.Test, (d, v) => d with { Test = v })
        .Optional("minCount", "Words that occur less often in the training part are unknown.", Numbers.Whole(1), d => d.MinCount,
            (d, v) => d with { MinCount = v })
        .Optional("vocabulary", "The largest vocabulary: words, or parts of words; null for all words, or 4,000 parts.", Numbers.Whole(3).OrNull(),
            d => d.Vocabulary, (d, v) => d with { Vocabulary = v })
        .Optional(
            "tokenizer", "Where unit is tokenizer, its file: vocab.json with merges.txt beside it, a SentencePiece .model, or BERT's vocab.txt.",
            Name.OrNothing(), d => d.Tokenizer, (d, v) => d with { Tokenizer = v })
        .Check(OnePart)
        .Key("encoding", "A .NET encoding name.", Name, d => d.Encoding, (d, v) => d with { Encoding = v });

    private static void OnePart(TextDataSpec data, SourceNode node)
    {
        string? twice = data is { Validation: not null, Split.Validation: > 0 } ? "validation" : data is { Test: not null, Split.Test: > 0 } ? "test" : null;
        if (twice is null) return;
        throw new InvalidInputException($"{node.Path} has both a text for {twice} and a part of the split", "Keep one of them", (node[twice] ?? node).Where);
    }
}
