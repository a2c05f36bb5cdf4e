using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks;

/// <summary>What an option's values are.</summary>
public enum DataOptionType
{
    Text,

    /// <summary>Texts: the option may be given many times.</summary>
    Texts,

    /// <summary>A whole number of 1 or more.</summary>
    Count,
}

/// <summary>An option of the command line that sets a key of <c>data</c>.</summary>
/// <param name="Name">As it is typed: <c>--target</c>.</param>
/// <param name="Key">The key: <c>targets</c>.</param>
/// <param name="Description">A sentence.</param>
/// <param name="ValueName">What help calls the value: <c>COLUMN</c>.</param>
public sealed record DataOption(string Name, string Key, string Description, string ValueName, DataOptionType Type)
{
    /// <summary>The tokenizer that texts are cut by, of all kinds that read texts.</summary>
    public static DataOption Tokenizer { get; } = new(
        "--tokenizer", "tokenizer", "For texts and sentences: a tokenizer's vocab.json (with merges.txt), vocab.txt or .model, whose tokens they are cut into.",
        "FILE", DataOptionType.Text);

    /// <summary>Who names a tokenizer wants its tokens.</summary>
    /// <param name="given">The keys that the user has given.</param>
    internal static TextUnit UnitOf(TextUnit unit, IReadOnlySet<string> given) =>
        given.Contains(Tokenizer.Key) && !given.Contains("unit") ? TextUnit.Tokenizer : unit;
}
