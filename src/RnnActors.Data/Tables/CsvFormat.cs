using System.Globalization;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tables;

/// <summary>The format of a CSV file. Null means that it is detected.</summary>
public sealed record CsvFormat
{
    /// <summary>Whether the first line names the columns.</summary>
    public bool? Header { get; init; }

    /// <summary>The number of header lines; the first of them names the columns.</summary>
    public int? HeaderLines { get; init; }

    /// <summary>The number of lines at the end that are not rows.</summary>
    public int FooterLines { get; init; }

    /// <summary>The delimiter of fields; a space stands for any run of spaces and tabs.</summary>
    public char? Delimiter { get; init; }

    public char Quote { get; init; } = '"';

    /// <summary>A .NET culture name; empty for the invariant culture, with the order of day and month detected.</summary>
    public string Culture { get; init; } = "";

    /// <summary>A .NET encoding name, for a file without a byte order mark.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>Fields that mean a missing value, besides the empty one; case does not matter.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = [];

    /// <summary>Columns whose missing fields take the value of the row above (forward fill), as spreadsheets save merged cells.</summary>
    public IReadOnlyList<string> FillDown { get; init; } = [];

    /// <summary>The column of dates, or two to be joined: <c>Date+Time</c>. Null for the first column of dates, if there is one.</summary>
    public string? Time { get; init; }

    /// <summary>The format of dates: a .NET pattern, <c>epoch</c>, <c>epochMs</c> or <c>excel</c>.</summary>
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
