namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>How values are scaled before training. The constants are fitted on the training rows alone.</summary>
public enum Scaling
{
    None,

    /// <summary>(x - mean) / standard deviation.</summary>
    Standard,

    /// <summary>From the smallest and largest value to [0, 1].</summary>
    MinMax,
}

/// <summary>A function applied to values before scaling, and undone in every reported number.</summary>
public enum ValueTransform
{
    None,

    /// <summary>Natural logarithm; values must be above 0.</summary>
    Log,

    /// <summary>Square root; values must not be negative.</summary>
    Sqrt,

    /// <summary>Natural logarithm of 1 + the value, for counts with zeros; values must be above -1.</summary>
    Log1p,
}

/// <summary>The meaning of a transformed target's forecast in its own unit.</summary>
public enum BackTransform
{
    /// <summary>The inverse of the transform, which gives the median of the possible values: as often too high as too low.</summary>
    Median,

    /// <summary>
    /// The mean of the possible values, which has the least squared error: the inverse, corrected for the variance of the noise (Miller 1984). The noise is
    /// measured around a linear forecast of the training rows.
    /// </summary>
    Mean,
}

/// <summary>The base that targets are relative to. The network then learns to correct a simple forecast.</summary>
public enum TargetBase
{
    /// <summary>Nothing: the value itself.</summary>
    None,

    /// <summary>The last value of the window.</summary>
    Last,

    /// <summary>The value one season before the forecast step.</summary>
    Seasonal,
}

/// <summary>
/// How the values of a window are normalised, inputs and targets alike. It is undone in every forecast: reversible instance normalisation (Kim et al. 2022).
/// </summary>
public enum WindowNormalization
{
    None,

    /// <summary>Minus the window's last value.</summary>
    Last,

    /// <summary>Minus the window's mean.</summary>
    Mean,

    /// <summary>Minus the window's mean, divided by its standard deviation.</summary>
    Standard,
}
