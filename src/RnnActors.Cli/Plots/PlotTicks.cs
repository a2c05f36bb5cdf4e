using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;
using ScottPlot.TickGenerators.TimeUnits;

namespace RnnActors.Cli.Plots;

/// <summary>Ticks that are few enough to read at a glance, and the same on every machine, whatever its culture.</summary>
internal static class PlotTicks
{
    public static ITickGenerator Numbers(bool integers = false) =>
        new NumericAutomatic { TickDensity = 0.55, IntegerTicksOnly = integers, LabelFormatter = Label };

    /// <summary>Ticks of dates in ISO 8601, as precise as their distance requires.</summary>
    public static ITickGenerator Times()
    {
        DateTimeAutomatic ticks = new();
        ticks.LabelFormatter = time => time.ToString(Format(ticks.TimeUnit), CultureInfo.InvariantCulture);
        return ticks;
    }

    public static string Label(double value) =>
        value == 0 || Math.Abs(value) is >= 1e-4 and < 1e7
            ? value.ToString("#,0.########", CultureInfo.InvariantCulture)
            : value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Format(ITimeUnit? unit) => unit switch
    {
        Year => "yyyy",
        Month => "yyyy-MM",
        Day => "yyyy-MM-dd",
        Hour or Minute => "MM-dd HH:mm",
        _ => "HH:mm:ss",
    };
}
