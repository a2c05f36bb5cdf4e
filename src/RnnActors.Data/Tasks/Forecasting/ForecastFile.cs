using RnnActors.Data.Series;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>The table of a forecast's data.</summary>
internal static class ForecastFile
{
    /// <param name="path">The file; null for the built-in series.</param>
    /// <exception cref="Core.Problems.InvalidInputException">The file cannot be read, or is not a table.</exception>
    public static Table Read(ForecastDataSpec spec, string? path)
    {
        if (path is null) return MackeyGlass.Table();
        CsvFormat format = FormatOf(spec);
        return spec.InHand.Take(path, format, spec.Path ?? path) ?? TableFile.Read(path, format, spec.Path);
    }

    /// <summary>Parses the text of a CSV file in the same way.</summary>
    /// <param name="shown">Its name in messages.</param>
    /// <exception cref="Core.Problems.InvalidInputException">It is not a table.</exception>
    public static Table Parse(ForecastDataSpec spec, string text, string shown) => CsvTable.Parse(new SourceText(shown, text), FormatOf(spec));

    public static CsvFormat FormatOf(ForecastDataSpec spec) => new()
    {
        Header = spec.Header,
        Delimiter = spec.Delimiter,
        Quote = spec.Quote,
        Culture = spec.Culture,
        Encoding = spec.Encoding,
        MissingValues = spec.MissingValues,
        Time = spec.Time,
        TimeFormat = spec.TimeFormat,
        HeaderLines = spec.HeaderLines,
        FooterLines = spec.FooterLines,
        FillDown = spec.FillDown ?? [],
    };
}
