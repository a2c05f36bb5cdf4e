namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>
/// The rows of a window. Its origin is the first row that it forecasts: it reads rows [origin - window, origin) and forecasts rows [origin, origin + horizon).
/// </summary>
internal readonly record struct WindowShape(int Window, int Horizon, TargetBase RelativeTo, int Season,
    WindowNormalization Normalize = WindowNormalization.None)
{
    /// <summary>Rows that must come before an origin.</summary>
    public int Reach => RelativeTo == TargetBase.Seasonal ? Math.Max(Window, Season) : Window;

    public static WindowShape Of(ForecastDataSpec spec) => new(spec.Window, spec.Horizon, spec.RelativeTo, spec.Season ?? 1, spec.Normalize);

    /// <summary>The base row of a forecast step, always before the origin; steps count from 0.</summary>
    public int BaseRow(int origin, int step) => RelativeTo == TargetBase.Seasonal ? SeasonBefore(origin, step, Season) : origin - 1;

    /// <summary>The newest row before the origin that is whole seasons before the step.</summary>
    public static int SeasonBefore(int origin, int step, int season) => origin - season + (step % season);

    /// <summary>The level that a window's values are relative to, before scaling, and their variance if the normalisation uses it.</summary>
    /// <param name="values">(rows, <paramref name="stride"/>), of which the first column is read.</param>
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

/// <summary>The normalisation of one window: (x - Offset) / Spread.</summary>
internal readonly record struct WindowScale(double Offset, double Spread)
{
    /// <summary>Added to the variance, so that a constant window has a non-zero spread (Kim et al. 2022).</summary>
    public const double Min = 1e-5;
}
