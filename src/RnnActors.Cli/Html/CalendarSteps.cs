namespace RnnActors.Cli.Html;

/// <summary>Natural distances between dates on an axis.</summary>
internal static class CalendarSteps
{
    private const double Minute = 60_000, Hour = 60 * Minute, Day = 24 * Hour;

    /// <param name="milliseconds">The least distance between labels.</param>
    /// <returns>The first label at or after a time, the next label, and the format.</returns>
    public static (Func<DateTime, DateTime> First, Func<DateTime, DateTime> Next, string Format) For(double milliseconds)
    {
        foreach (int years in (int[])[1000, 500, 100, 50, 20, 10, 5, 2, 1])
            if (milliseconds > 0.6 * 365 * Day * years)
                return (time => new DateTime(Math.Max(1, (time.AddDays(-1).Year / years * years) + years), 1, 1), time => time.AddYears(years), "yyyy");
        foreach (int months in (int[])[6, 3, 2, 1])
            if (milliseconds > 0.6 * 30 * Day * months) return (time => FirstMonth(time, months), time => time.AddMonths(months), "yyyy-MM");
        foreach (int days in (int[])[14, 7, 2, 1])
            if (milliseconds > 0.6 * Day * days) return (time => time.Date < time ? time.Date.AddDays(1) : time.Date, time => time.AddDays(days), "yyyy-MM-dd");
        foreach (int hours in (int[])[12, 6, 3, 1])
            if (milliseconds > 0.6 * Hour * hours) return Every(TimeSpan.FromHours(hours), "MM-dd HH:mm");
        foreach (int minutes in (int[])[30, 15, 5, 1])
            if (milliseconds > 0.6 * Minute * minutes) return Every(TimeSpan.FromMinutes(minutes), "HH:mm");
        return Every(TimeSpan.FromSeconds(milliseconds > 10_000 ? 30 : milliseconds > 3000 ? 10 : 1), "HH:mm:ss");
    }

    private static DateTime FirstMonth(DateTime time, int months)
    {
        var month = new DateTime(time.Year, ((time.Month - 1) / months * months) + 1, 1);
        return month < time ? month.AddMonths(months) : month;
    }

    private static (Func<DateTime, DateTime> First, Func<DateTime, DateTime> Next, string Format) Every(TimeSpan step, string format) =>
        (time => new DateTime((time.Ticks + step.Ticks - 1) / step.Ticks * step.Ticks), time => time + step, format);
}
