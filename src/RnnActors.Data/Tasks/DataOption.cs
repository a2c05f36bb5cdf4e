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
public sealed record DataOption(string Name, string Key, string Description, string ValueName, DataOptionType Type);
