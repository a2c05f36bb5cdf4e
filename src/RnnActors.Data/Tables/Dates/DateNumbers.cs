using System.Globalization;

namespace RnnActors.Data.Tables;

/// <summary>Numbers that are dates: 20241231, or seconds or milliseconds since 1970.</summary>
internal static class DateNumbers
{
    private const double Steady = 60;

    /// <summary>Whether every number may be a date.</summary>
    public static bool Are(double[] values) =>
        values.Length > 0
            && (Array.TrueForAll(values, IsDay) || Array.TrueForAll(values, IsHour) || Array.TrueForAll(values, value => EpochShape.IsLikely(value, false))
            || Array.TrueForAll(values, value => EpochShape.IsLikely(value, true)));

    /// <summary>The format of dates in a column of numbers whose name is not one of a time; null if they are just numbers.</summary>
    public static string? Recognise(double[] values)
    {
        if (values.Length < 2 || Array.TrueForAll(values, value => value == values[0])) return null;
        if (Array.TrueForAll(values, IsDay)) return "yyyyMMdd";
        foreach (bool milliseconds in (bool[])[false, true])
        {
            if (!Array.TrueForAll(values, value => EpochShape.IsLikely(value, milliseconds))) continue;
            double[] steps = [.. values.Skip(1).Zip(values, (next, value) => next - value)];
            bool isRising = Array.TrueForAll(steps, step => step > 0) || Array.TrueForAll(steps, step => step < 0);
            double min = steps.Min(Math.Abs); // meter readings are as large, but do not grow by whole minutes or in even steps
            bool isEven = Array.TrueForAll(steps, step => step % min == 0) && min > 1 && steps.Max(Math.Abs) / min < 1000;
            bool isMinutes = Array.TrueForAll(steps, step => step % (milliseconds ? Steady * 1000 : Steady) == 0);
            if (isRising && (isEven || isMinutes)) return milliseconds ? "milliseconds since 1970" : "seconds since 1970";
        }

        return null;
    }

    private static bool IsDay(double value) => value is >= 1800_01_01 and <= 2199_12_31 && IsDate(value, "yyyyMMdd");

    private static bool IsHour(double value) => value is >= 1800_01_01_00 and <= 2199_12_31_23 && IsDate(value, "yyyyMMddHH");

    private static bool IsDate(double value, string pattern) =>
        Math.Floor(value) == value && DateTime.TryParseExact(
            value.ToString("0", CultureInfo.InvariantCulture), pattern, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
