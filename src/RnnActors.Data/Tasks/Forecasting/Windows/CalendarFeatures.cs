using RnnActors.Core.Kernels.Functions;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>The date as pairs of sine and cosine, so that the end of a day or year is close to its beginning.</summary>
internal static class CalendarFeatures
{
    /// <summary>The phase of a date in a cycle, in [0, 1).</summary>
    public static double Turns(CalendarFeature feature, DateTime time) => feature switch
    {
        CalendarFeature.HourOfDay => (double)time.TimeOfDay.Ticks / TimeSpan.TicksPerDay,
        CalendarFeature.DayOfWeek => (int)time.DayOfWeek / 7.0,
        CalendarFeature.DayOfYear => (time.DayOfYear - 1) / (DateTime.IsLeapYear(time.Year) ? 366.0 : 365.0),
        _ => (time.Month - 1) / 12.0,
    };

    /// <summary>Sine and cosine of one calendar feature of a time, as a turn of the circle: 12:00 is half a turn of the hour of day.</summary>
    public static (double Sin, double Cos) Of(CalendarFeature feature, DateTime time)
    {
        double angle = 2 * Math.PI * Turns(feature, time);
        return (PortableMath.Sin(angle), PortableMath.Cos(angle));
    }
}
