using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks;

/// <summary>The type of an option's values.</summary>
public enum DataOptionType
{
    Text,

    /// <summary>Texts: the option may be repeated.</summary>
    Texts,

    /// <summary>A positive integer.</summary>
    Count,
}

/// <summary>An option of the command line that sets a key of <c>data</c>.</summary>
/// <param name="Name">The option as it is typed: <c>--target</c>.</param>
/// <param name="Key">The key: <c>targets</c>.</param>
/// <param name="Description">A sentence.</param>
/// <param name="ValueName">The name of the value in the help: <c>COLUMN</c>.</param>
public sealed record DataOption(string Name, string Key, string Description, string ValueName, DataOptionType Type)
{
    /// <summary>The option for the tokenizer, for all kinds that read texts.</summary>
    public static DataOption Tokenizer { get; } = new(
        "--tokenizer", "tokenizer", "For texts and sentences: a tokenizer's vocab.json (with merges.txt), vocab.txt or .model, whose tokens they are cut into.",
        "FILE", DataOptionType.Text);

    /// <summary>The text unit: naming a tokenizer implies its tokens, unless the unit is given.</summary>
    /// <param name="given">The keys that the user has given.</param>
    internal static TextUnit UnitOf(TextUnit unit, IReadOnlySet<string> given) =>
        given.Contains(Tokenizer.Key) && !given.Contains("unit") ? TextUnit.Tokenizer : unit;
}
