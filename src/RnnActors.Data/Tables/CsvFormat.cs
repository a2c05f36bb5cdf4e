using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>How a CSV file is written. What is null is found by looking.</summary>
public sealed record CsvFormat
{
    /// <summary>Whether the first line names the columns.</summary>
    public bool? Header { get; init; }

    /// <summary>How many lines the header has; the first of them names the columns.</summary>
    public int? HeaderLines { get; init; }

    /// <summary>How many lines at the end are no rows.</summary>
    public int FooterLines { get; init; }

    /// <summary>What parts fields; a space for any run of spaces and tabs.</summary>
    public char? Delimiter { get; init; }

    public char Quote { get; init; } = '"';

    /// <summary>A .NET culture name; empty for the invariant one, which reads dates day first or month first as they fit.</summary>
    public string Culture { get; init; } = "";

    /// <summary>A .NET encoding name, for a file without a byte order mark.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>Fields that mean that a value is missing, beside the empty one; upper and lower case are the same.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [];

    /// <summary>Columns whose missing fields are those of the row above, as merged cells of a spreadsheet are saved.</summary>
    public IReadOnlyList<string> FillDown { get; init; } = [];

    /// <summary>The column of dates, or two that are joined, as <c>Date+Time</c>. Null: the first column that begins with dates, if there is one.</summary>
    public string? Time { get; init; }

    /// <summary>How dates are written: a .NET pattern, <c>epoch</c>, <c>epochMs</c> or <c>excel</c>.</summary>
    public string? TimeFormat { get; init; }

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
