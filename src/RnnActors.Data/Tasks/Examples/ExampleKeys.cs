using RnnActors.Core.Problems;
using RnnActors.Core.Specifications;
using RnnActors.Data.Splits;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>The keys that all data of independent examples share.</summary>
internal static class ExampleKeys
{
    private static readonly Format<string> NonEmpty = new TextFormat { NotEmpty = true };

    /// <summary>The keys for where the examples are.</summary>
    public static ObjectFormat<T> WithFiles<T>(this ObjectFormat<T> format)
        where T : ExampleDataSpec => format
        .Key("path", "A file or folder that the split divides, beside the specification where it is relative.", NonEmpty.OrNothing(), d => d.Path,
            (d, v) => d with { Path = v })
        .Key("train", "The file of the training part, where each part has one of its own.", NonEmpty.OrNothing(), d => d.Train, (d, v) => d with { Train = v })
        .Key("validation", "The file of the validation part.", NonEmpty.OrNothing(), d => d.Validation, (d, v) => d with { Validation = v })
        .Key("test", "The file of the test part.", NonEmpty.OrNothing(), d => d.Test, (d, v) => d with { Test = v })
        .Check(OneWayOfFiles);

    /// <summary>The keys for how they are split.</summary>
    public static ObjectFormat<T> WithSplit<T>(this ObjectFormat<T> format)
        where T : ExampleDataSpec => format
        .Key(
            "split", "The parts that have no file: fractions, numbers of examples, or rules such as \"line % 10 == 3\".",
            ExampleSplitFormat.Instance, d => d.Split, (d, v) => d with { Split = v })
        .Key("groupBy", "A column or field: examples with the same value stay in one part.", NonEmpty.OrNothing(), d => d.GroupBy,
            (d, v) => d with { GroupBy = v });

    /// <summary>The keys for the format of their tables.</summary>
    public static ObjectFormat<T> WithTable<T>(this ObjectFormat<T> format)
        where T : ExampleDataSpec => format
        .Key("encoding", "A .NET encoding name; null for UTF-8, or windows-1252 where a file is not that.", NonEmpty.OrNothing(), d => d.Encoding,
            (d, v) => d with { Encoding = v })
        .Key("delimiter", "The field separator; null to detect it.", new CharacterFormat().OrNull(), d => d.Delimiter,
            (d, v) => d with { Delimiter = v })
        .Key("header", "Whether the first line names the columns; null to detect it.", new BooleanFormat().OrNull(), d => d.Header,
            (d, v) => d with { Header = v });

    /// <summary>The keys for the units of sentences.</summary>
    public static ObjectFormat<T> WithUnits<T>(
        this ObjectFormat<T> format, Func<T, TextUnit> unit, Func<T, TextUnit, T> setUnit, Func<T, string?> tokenizer, Func<T, string?, T> setTokenizer)
        where T : ExampleDataSpec => format
        .Key(
            "unit", "What a sentence is cut into: words and signs; whitespace, where it has been cut before; characters; "
            + "parts of words that are learnt; or the tokens of a tokenizer.",
            new NamesFormat<TextUnit>(
                ("words", TextUnit.Words), ("whitespace", TextUnit.Whitespace), ("characters", TextUnit.Characters), ("bytePairs", TextUnit.BytePairs),
                ("tokenizer", TextUnit.Tokenizer)), unit, setUnit)
        .Optional(
            "tokenizer", "Where unit is tokenizer, its file: vocab.json with merges.txt beside it, a SentencePiece .model, or BERT's vocab.txt.",
            NonEmpty.OrNothing(), tokenizer, setTokenizer);

    private static void OneWayOfFiles<T>(T data, SourceNode node)
        where T : ExampleDataSpec
    {
        if (data.Path is null && data.Train is null)
            throw new InvalidInputException($"{node.Path} names no file", "Give path, a file that the split divides, or train", node.Where);
        if (data.Path is not null && data.Train is not null)
            throw new InvalidInputException($"{node.Path} has both path and train", "Keep path where one file is divided, train where each part has a file",
                (node["train"] ?? node).Where);
    }
}
