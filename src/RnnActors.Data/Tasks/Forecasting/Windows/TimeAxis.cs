using System.Globalization;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>What the rows of a table are called: their dates, or their numbers from 1. Goes on behind the last row by the last step between dates.</summary>
public sealed class TimeAxis
{
    private readonly IReadOnlyList<DateTime>? _times;
    private readonly string _format = "";

    /// <param name="times">A date a row, increasing; null where there is none.</param>
    public TimeAxis(IReadOnlyList<DateTime>? times)
    {
        _times = times;
        if (times is not null) _format = FormatFor(times);
    }

    /// <summary>The row's date; null where there are none, or the calendar ends before it.</summary>
    public DateTime? TimeOf(int row)
    {
        if (_times is null || _times.Count == 0) return null;
        if (row < _times.Count) return _times[row];
        if (_times.Count == 1) return null;
        try
        {
            return After(_times[^2], _times[^1], row - _times.Count + 1);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>The date as finely as the table's dates are told, or the row's number from 1.</summary>
    public string LabelOf(int row) =>
        TimeOf(row) is { } time ? time.ToString(_format, CultureInfo.InvariantCulture) : (row + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Steps are months where the last two dates are the same day of different months, or both the last day; else they are equal times.</summary>
    private static DateTime After(DateTime previous, DateTime last, int steps)
    {
        int months = ((last.Year - previous.Year) * 12) + last.Month - previous.Month;
        bool atMonthEnds = IsMonthEnd(previous) && IsMonthEnd(last);
        bool isMonthly = months > 0 && previous.TimeOfDay == last.TimeOfDay && (atMonthEnds || previous.Day == last.Day);
        if (!isMonthly) return last.AddTicks(checked((last - previous).Ticks * steps));

        DateTime next = last.AddMonths(months * steps);
        return atMonthEnds ? next.AddDays(DateTime.DaysInMonth(next.Year, next.Month) - next.Day) : next;
    }

    private static bool IsMonthEnd(DateTime time) => time.Day == DateTime.DaysInMonth(time.Year, time.Month);

    private static string FormatFor(IReadOnlyList<DateTime> times)
    {
        if (times.Any(time => time.Second != 0 || time.Ticks % TimeSpan.TicksPerSecond != 0)) return "yyyy-MM-dd HH:mm:ss";
        if (times.Any(time => time.TimeOfDay != TimeSpan.Zero)) return "yyyy-MM-dd HH:mm";
        if (times.Any(time => time.Day != 1)) return "yyyy-MM-dd";
        return times.Any(time => time.Month != 1) || times.Count == 1 ? "yyyy-MM" : "yyyy";
    }
}
