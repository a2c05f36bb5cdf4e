using System.Globalization;

namespace RnnActors.Cli.Benchmarks;

/// <summary>Formats times and rates.</summary>
internal static class BenchFigures
{
    /// <summary>Three significant digits.</summary>
    public static string Milliseconds(double seconds) => Rate(seconds * 1e3);

    /// <summary>Three significant digits, or more before the decimal point.</summary>
    public static string Rate(double value) => value switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("F2", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("F3", CultureInfo.InvariantCulture),
        >= 0.01 => value.ToString("F4", CultureInfo.InvariantCulture),
        _ => value.ToString("F5", CultureInfo.InvariantCulture),
    };

    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.0} %");

    /// <summary>A percentage with its sign.</summary>
    public static string Signed(double share) => (share < 0 ? "" : "+") + Percent(share);

    public static IEnumerable<(string Key, object? Value)> Members(StepTimes times) =>
    [
        ("runs", times.Runs), ("min_ms", Math.Round(times.Min * 1e3, 5)), ("median_ms", Math.Round(times.Median * 1e3, 5)),
    ];
}
