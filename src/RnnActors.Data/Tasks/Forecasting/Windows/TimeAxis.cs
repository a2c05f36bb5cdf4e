using System.Globalization;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// The labels of a panel's rows: their dates, or their numbers in the series, from 1. It extends beyond a series' last row by the usual step.
/// </summary>
public sealed class TimeAxis
{
    private readonly IReadOnlyList<DateTime>? _times;
    private readonly IReadOnlyList<TimeSpan>? _offsets;
    private readonly Func<DateTime, TimeSpan?, string> _write;

    /// <param name="times">The date of each row, increasing; null for none.</param>
    public TimeAxis(IReadOnlyList<DateTime>? times)
        : this(times, null, times is null ? null : TimeStep.Find([times]), null)
    {
    }

    /// <param name="offsets">The offset of each row from UTC; null if the dates have none.</param>
    /// <param name="step">Null if no series has two dates.</param>
    /// <param name="write">Formats a date as the file does; null for ISO 8601, with the precision of the dates.</param>
    internal TimeAxis(IReadOnlyList<DateTime>? times, IReadOnlyList<TimeSpan>? offsets, TimeStep? step, Func<DateTime, TimeSpan?, string>? write)
    {
        (_times, _offsets, Step) = (times, offsets, step);
        string format = write is null && times is not null ? FormatFor(times) : "";
        _write = write ?? ((time, _) => time.ToString(format, CultureInfo.InvariantCulture));
    }

    /// <summary>The usual distance between rows; null where it is not known.</summary>
    public TimeStep? Step { get; }

    public bool HasDates => _times is not null;

    /// <summary>The name of the column of dates; null where it is not known.</summary>
    internal string? Name { get; init; }

    /// <summary>The same step and date format for other rows.</summary>
    internal TimeAxis Of(IReadOnlyList<DateTime>? times, IReadOnlyList<TimeSpan>? offsets) =>
        new(times, offsets, Step, times is null ? null : _write) { Name = Name };

    /// <summary>The date of a row of a series, or of one after its end.</summary>
    internal DateTime? TimeOf(SeriesRows series, int row)
    {
        if (_times is null || series.End == series.Start) return null;
        if (row < series.End) return _times[row];
        if (Step is not { } step) return null;
        try
        {
            return step.Add(_times[series.End - 1], row - series.End + 1);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    internal string LabelOf(SeriesRows series, int row) => TimeOf(series, row) is { } time
        ? _write(time, _offsets?[Math.Min(row, series.End - 1)])
        : (row - series.Start + 1).ToString(CultureInfo.InvariantCulture);

    private static string FormatFor(IReadOnlyList<DateTime> times)
    {
        if (times.Any(time => time.Second != 0 || time.Ticks % TimeSpan.TicksPerSecond != 0)) return "yyyy-MM-dd HH:mm:ss";
        if (times.Any(time => time.TimeOfDay != TimeSpan.Zero)) return "yyyy-MM-dd HH:mm";
        if (times.Any(time => time.Day != 1)) return "yyyy-MM-dd";
        return times.Any(time => time.Month != 1) || times.Count == 1 ? "yyyy-MM" : "yyyy";
    }
}
