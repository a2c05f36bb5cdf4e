using RnnActors.Data.Series;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks.Forecasting.Windows;

namespace RnnActors.Data.Tasks.Forecasting;

/// <summary>The table that a forecast's data name.</summary>
internal static class ForecastFile
{
    private const long LargeFile = 1 << 25;

    /// <param name="path">The file; null for the built-in series.</param>
    /// <exception cref="Core.Problems.InvalidInputException">The file cannot be read, or is no table.</exception>
    public static Table Read(ForecastDataSpec spec, string? path)
    {
        if (path is null) return MackeyGlass.Table();

        // A large table that was read before, to look at it or to fit intervals, would stay in memory beside this one.
        if (new FileInfo(path) is { Exists: true, Length: > LargeFile }) GC.Collect();
        return TableFile.Read(path, FormatOf(spec), spec.Path);
    }

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
    };
}
