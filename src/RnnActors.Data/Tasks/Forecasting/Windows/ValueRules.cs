namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>How values are scaled before training. The constants are fitted on the training rows alone.</summary>
public enum Scaling
{
    None,

    /// <summary>Less the mean, by the standard deviation.</summary>
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

/// <summary>What a forecast of a transformed target means in its own unit.</summary>
public enum BackTransform
{
    /// <summary>The transform's inverse alone, which is the median of what may come: as often too high as too low.</summary>
    Median,

    /// <summary>
    /// The mean of what may come, which has the least squared error: the inverse, raised by what the noise adds (Miller 1984). The noise is that around
    /// a linear forecast of the training rows.
    /// </summary>
    Mean,
}

/// <summary>What a target is told relative to. The network then learns the correction of a simple forecast.</summary>
public enum TargetBase
{
    /// <summary>Nothing: the value itself.</summary>
    None,

    /// <summary>The last value of the window.</summary>
    Last,

    /// <summary>The value one season before the forecast step.</summary>
    Seasonal,
}

/// <summary>What the values of a window are told relative to, inputs and targets alike, and undone
/// in every forecast: reversible normalisation (Kim et al. 2022).</summary>
public enum WindowNormalization
{
    None,

    /// <summary>Less the window's last value.</summary>
    Last,

    /// <summary>Less the window's mean.</summary>
    Mean,

    /// <summary>Less the window's mean, by its standard deviation.</summary>
    Standard,
}
