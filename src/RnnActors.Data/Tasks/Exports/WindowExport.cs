namespace RnnActors.Data.Tasks.Exports;

/// <summary>A function of values before they are scaled.</summary>
public enum ExportedFunction
{
    None,
    Log,
    Sqrt,
}

/// <summary>What the values of a window are told relative to.</summary>
public enum ExportedNormalization
{
    None,
    Last,
    Mean,
    Standard,
}

/// <summary>What a target is told relative to.</summary>
public enum ExportedBase
{
    None,
    Last,
    Seasonal,
}

/// <summary>A part of the date that a network reads as sine and cosine.</summary>
public enum ExportedCalendar
{
    HourOfDay,
    DayOfWeek,
    DayOfYear,
    MonthOfYear,
}

/// <summary>(x - offset) / spread.</summary>
public readonly record struct ExportedScale(double Offset, double Spread);

/// <summary>One value that a network reads of each row of a window.</summary>
/// <param name="Column">The number of the column that it is made of.</param>
/// <param name="Scales">Of each series, and at the end of any other; one where there is one series.</param>
public sealed record WindowFeature(int Column, IReadOnlyList<ExportedScale> Scales)
{
    /// <summary>Rows back that are read; below 0 for rows ahead.</summary>
    public int Lag { get; init; }

    /// <summary>Rows, up to each row, whose mean is read; 0 for the value itself.</summary>
    public int RollingMean { get; init; }

    /// <summary>Whether it is transformed, and told relative to the window.</summary>
    public bool IsSeriesValue { get; init; }
}

/// <summary>What a network forecasts.</summary>
/// <param name="Column">The number of the column that holds what came before.</param>
/// <param name="Scales">As those of a feature.</param>
/// <param name="NoiseVariances">For each step, what raises the median to the mean; zeros where forecasts are medians.</param>
public sealed record WindowTarget(string Name, int Column, IReadOnlyList<ExportedScale> Scales, IReadOnlyList<double> NoiseVariances);

/// <summary>A network that forecasts a table's next rows from a window of them, all steps of the horizon at once.</summary>
/// <param name="Columns">What is given of each row in front of the first one that is forecast, oldest first.</param>
/// <param name="Rows">How many rows of it are needed: the window, and what lags, means and seasons reach back to.</param>
public sealed record WindowExport(IReadOnlyList<string> Columns, int Rows, int Window, int Horizon) : TaskExport
{
    /// <summary>The columns that are also given for the rows that are forecast, by their numbers.</summary>
    public IReadOnlyList<int> Known { get; init; } = [];

    public required IReadOnlyList<WindowFeature> Features { get; init; }

    public required IReadOnlyList<WindowTarget> Targets { get; init; }

    /// <summary>Read behind the features, a sine and a cosine each.</summary>
    public IReadOnlyList<ExportedCalendar> Calendar { get; init; } = [];

    public ExportedFunction Function { get; init; }

    public ExportedNormalization Normalization { get; init; }

    /// <summary>What is added to the variance of a window that values are divided by.</summary>
    public double MinVariance { get; init; }

    public ExportedBase RelativeTo { get; init; }

    /// <summary>Rows of a season, where targets are told relative to it.</summary>
    public int Season { get; init; } = 1;

    /// <summary>The names of the series, in their order; none where there is one.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];

    /// <summary>Columns of categories that the network embeds, inputs of their own behind the features: at the rows of the window, and ahead of it.</summary>
    public IReadOnlyList<EmbeddedInput> Embedded { get; init; } = [];
}

/// <summary>A column of categories as a network reads it: a token a row.</summary>
/// <param name="Entries">What each token means; the first stands for all that the training rows do not have.</param>
public sealed record EmbeddedInput(string Name, IReadOnlyList<string> Entries)
{
    /// <summary>How many rows ahead it is read too, an input each behind that of the window's rows; none where it is not known ahead.</summary>
    public IReadOnlyList<int> Ahead { get; init; } = [];
}
