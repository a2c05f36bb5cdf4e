namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// Where the rows of a window are. Its origin is the first row that it forecasts: it reads rows [origin - window, origin) and forecasts rows
/// [origin, origin + horizon).
/// </summary>
internal readonly record struct WindowShape(int Window, int Horizon, TargetBase RelativeTo, int Season)
{
    /// <summary>Rows that must come before an origin.</summary>
    public int Reach => RelativeTo == TargetBase.Seasonal ? Math.Max(Window, Season) : Window;

    /// <summary>The row whose value the target of a forecast step is told relative to, always before the origin; steps count from 0.</summary>
    public int BaseRow(int origin, int step) => RelativeTo == TargetBase.Seasonal ? SeasonBefore(origin, step, Season) : origin - 1;

    /// <summary>The newest row before the origin that is whole seasons before the step.</summary>
    public static int SeasonBefore(int origin, int step, int season) => origin - season + (step % season);
}
