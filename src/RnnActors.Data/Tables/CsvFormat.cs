using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>How a CSV file is written. What is null is found by looking.</summary>
public sealed record CsvFormat
{
    /// <summary>Whether the first line names the columns.</summary>
    public bool? Header { get; init; }

    public char? Delimiter { get; init; }

    public char Quote { get; init; } = '"';

    /// <summary>A .NET culture name; empty for the invariant one.</summary>
    public string Culture { get; init; } = "";

    /// <summary>A .NET encoding name, for a file without a byte order mark.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>Fields that mean that a value is missing, beside the empty one; upper and lower case are the same.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [];

    /// <summary>The column of dates. Null: the first column of text that is increasing dates throughout, if there is one.</summary>
    public string? Time { get; init; }

    /// <exception cref="InvalidInputException">There is no such culture.</exception>
    public CultureInfo FindCulture()
    {
        try
        {
            return Culture.Length == 0 ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(Culture, predefinedOnly: true);
        }
        catch (CultureNotFoundException problem)
        {
            throw new InvalidInputException($"There is no culture '{Culture}'", "Set data.culture to a name such as de-DE", cause: problem);
        }
    }
}
