using RnnActors.Core.Specifications;
using RnnActors.Data.Splits;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>The keys of a language model's data.</summary>
internal static class TextDataFormat
{
    private static readonly Format<string> Name = new TextFormat { NotEmpty = true };
    private static readonly Format<TextUnit> Units = new NamesFormat<TextUnit>(("characters", TextUnit.Characters), ("bytes", TextUnit.Bytes));

    public static ObjectFormat<TextDataSpec> Instance { get; } = new ObjectFormat<TextDataSpec>("an object that describes a text", new() { Path = "" })
        .Required(
            "path", "A text file, or a folder of them, beside the specification where it is relative.",
            Name, d => d.Path, (d, v) => d with { Path = v })
        .Key("unit", "What the text is cut into: characters, or UTF-8 bytes.", Units, d => d.Unit, (d, v) => d with { Unit = v })
        .Key("steps", "Units of a row: steps of truncated BPTT.", Numbers.Whole(1), d => d.Steps, (d, v) => d with { Steps = v })
        .Key(
            "split", "Parts in the order of the text, each a fraction of it or, above 1, a number of units.",
            SplitFormat.Instance, d => d.Split, (d, v) => d with { Split = v })
        .Key("encoding", "A .NET encoding name.", Name, d => d.Encoding, (d, v) => d with { Encoding = v });
}
