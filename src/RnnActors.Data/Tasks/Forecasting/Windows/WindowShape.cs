namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// Where the rows of a window are. Its origin is the first row that it forecasts: it reads rows [origin - window, origin) and forecasts rows
/// [origin, origin + horizon).
/// </summary>
internal readonly record struct WindowShape(int Window, int Horizon, TargetBase RelativeTo, int Season,
    WindowNormalization Normalize = WindowNormalization.None)
{
    /// <summary>Rows that must come before an origin.</summary>
    public int Reach => RelativeTo == TargetBase.Seasonal ? Math.Max(Window, Season) : Window;

    public static WindowShape Of(ForecastDataSpec spec) => new(spec.Window, spec.Horizon, spec.RelativeTo, spec.Season ?? 1, spec.Normalize);

    /// <summary>The row whose value the target of a forecast step is told relative to, always before the origin; steps count from 0.</summary>
    public int BaseRow(int origin, int step) => RelativeTo == TargetBase.Seasonal ? SeasonBefore(origin, step, Season) : origin - 1;

    /// <summary>The newest row before the origin that is whole seasons before the step.</summary>
    public static int SeasonBefore(int origin, int step, int season) => origin - season + (step % season);

    /// <summary>What a window's values are told relative to, before any scale, and their variance around it where that counts.</summary>
    /// <param name="values">(rows, <paramref name="stride"/>) of which every first is read.</param>
    public (double Level, double Variance) LevelOf(ReadOnlySpan<double> values, int stride)
    {
        if (Normalize == WindowNormalization.None) return (0, 0);
        int rows = (values.Length + stride - 1) / stride;
        if (Normalize == WindowNormalization.Last) return (values[(rows - 1) * stride], 0);
        double sum = 0, squares = 0;
        for (int row = 0; row < rows; row++) sum += values[row * stride];
        double mean = sum / rows;
        if (Normalize == WindowNormalization.Mean) return (mean, 0);
        for (int row = 0; row < rows; row++) squares += (values[row * stride] - mean) * (values[row * stride] - mean);
        return (mean, squares / rows);
    }
}

/// <summary>What the values of one window are told relative to: (x - Offset) / Spread.</summary>
internal readonly record struct WindowScale(double Offset, double Spread)
{
    /// <summary>Added to a variance, so that a constant window has a spread (Kim et al. 2022).</summary>
    public const double Min = 1e-5;
}
