namespace RnnActors.Data.Tasks.Exports;

/// <summary>A function of values before they are scaled.</summary>
public enum ExportedFunction
{
    None,
    Log,
    Sqrt,
}

/// <summary>What a window's values are normalised by.</summary>
public enum ExportedNormalization
{
    None,
    Last,
    Mean,
    Standard,
}

/// <summary>The base that targets are relative to.</summary>
public enum ExportedBase
{
    None,
    Last,
    Seasonal,
}

/// <summary>A part of the date that a network reads as a sine and a cosine.</summary>
public enum ExportedCalendar
{
    HourOfDay,
    DayOfWeek,
    DayOfYear,
    MonthOfYear,
}

/// <summary>(x - offset) / spread.</summary>
public readonly record struct ExportedScale(double Offset, double Spread);

/// <summary>One value that a network reads in each row of a window.</summary>
/// <param name="Column">The number of the column that it is made from.</param>
/// <param name="Scales">The scale of each series, and at the end that of any other series; a single one if there is one series.</param>
public sealed record WindowFeature(int Column, IReadOnlyList<ExportedScale> Scales)
{
    /// <summary>How many rows back the value is read; negative for rows ahead.</summary>
    public int Lag { get; init; }

    /// <summary>The number of rows, up to the current one, whose mean is read; 0 for the value itself.</summary>
    public int RollingMean { get; init; }

    /// <summary>Whether it is transformed, and normalised by the window.</summary>
    public bool IsSeriesValue { get; init; }
}

/// <summary>A target of a forecast.</summary>
/// <param name="Column">The number of the column with its past values.</param>
/// <param name="Scales">As for a feature.</param>
/// <param name="NoiseVariances">For each step, the noise variance that turns the median into the mean; zero if forecasts are medians.</param>
public sealed record WindowTarget(string Name, int Column, IReadOnlyList<ExportedScale> Scales, IReadOnlyList<double> NoiseVariances);

/// <summary>A network that forecasts a table's next rows from a window, all steps of the horizon at once.</summary>
/// <param name="Columns">The columns given for the rows before the first forecast row, oldest row first.</param>
/// <param name="Rows">The number of such rows: the window, and what lags, means and seasons need before it.</param>
public sealed record WindowExport(IReadOnlyList<string> Columns, int Rows, int Window, int Horizon) : TaskExport
{
    /// <summary>The numbers of the columns that are also given for the forecast rows.</summary>
    public IReadOnlyList<int> Known { get; init; } = [];

    public required IReadOnlyList<WindowFeature> Features { get; init; }

    public required IReadOnlyList<WindowTarget> Targets { get; init; }

    /// <summary>Calendar inputs after the features, a sine and a cosine each.</summary>
    public IReadOnlyList<ExportedCalendar> Calendar { get; init; } = [];

    public ExportedFunction Function { get; init; }

    public ExportedNormalization Normalization { get; init; }

    /// <summary>A constant that is added to the variance of a window, by which values are divided.</summary>
    public double MinVariance { get; init; }

    public ExportedBase RelativeTo { get; init; }

    /// <summary>The length of the season in rows, if targets are relative to it.</summary>
    public int Season { get; init; } = 1;

    /// <summary>The names of the series, in order; empty if there is one.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];

    /// <summary>
    /// Categorical columns that the network embeds. Each is an input of its own after the features, for the rows of the window and for those ahead.
    /// </summary>
    public IReadOnlyList<EmbeddedInput> Embedded { get; init; } = [];
}

/// <summary>A categorical column as a network reads it: a token for each row.</summary>
/// <param name="Entries">The meaning of each token; the first stands for all categories that the training rows do not have.</param>
public sealed record EmbeddedInput(string Name, IReadOnlyList<string> Entries)
{
    /// <summary>The distances of the rows ahead, each an input after that of the window's rows; empty if the column is not known ahead.</summary>
    public IReadOnlyList<int> Ahead { get; init; } = [];
}
