using System.Globalization;

namespace RnnActors.Data.Wording;

/// <summary>Numbers as text for people.</summary>
public static class Figures
{
    public static string Number(double value) => value switch
    {
        double.NaN => "not a number",
        0 => "0",
        _ when Math.Abs(value) is >= 1e-4 and < 1e6 => Trimmed(value),
        _ => value.ToString("0.###e0", CultureInfo.InvariantCulture),
    };

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Megabytes, rounded up, so that the shown amount suffices.</summary>
    public static string Megabytes(long bytes) => $"{Count((bytes + 999_999) / 1_000_000)} MB";

    /// <param name="many">The plural; null for one with an s.</param>
    public static string Plural(long value, string one, string? many = null) => $"{Count(value)} {(value == 1 ? one : many ?? one + "s")}";

    /// <summary>A part of a list: <c>, 284 to validate</c>; empty if there is no value.</summary>
    public static string Part(long? value, string purpose) => value is { } count ? $", {Count(count)} {purpose}" : "";

    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s"),
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s"),
        { TotalDays: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} days {time.Hours} h"),
    };

    /// <summary>Four significant digits; a short number, such as 0.005, keeps its own.</summary>
    private static string Trimmed(double value)
    {
        const double Ungrouped = 9999.5;
        if (Math.Abs(value) >= Ungrouped) return value.ToString("N0", CultureInfo.InvariantCulture);
        int before = (int)Math.Floor(Math.Log10(Math.Abs(value))) + 1;
        string digits = value.ToString($"F{Math.Max(0, 4 - before)}", CultureInfo.InvariantCulture);
        string own = value.ToString("R", CultureInfo.InvariantCulture);
        return own.Length < digits.Length ? own : digits;
    }
}
