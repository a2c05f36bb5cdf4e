using System.Text.Json.Serialization;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>What to do where a value is missing.</summary>
public enum MissingRule
{
    /// <summary>Refuse the file, naming the line and column.</summary>
    Refuse,

    /// <summary>The value before it; the first one after it at the start.</summary>
    Previous,

    /// <summary>On the straight line between its neighbours.</summary>
    Linear,

    /// <summary>The mean of the training rows.</summary>
    Mean,
}

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

/// <summary>Features of the date that are given to the network as pairs of sine and cosine.</summary>
public enum CalendarFeature
{
    HourOfDay,
    DayOfWeek,
    DayOfYear,
    MonthOfYear,
}

/// <summary>A table of numbers over time, and what to forecast of it.</summary>
public sealed record ForecastDataSpec : DataSpec
{
    /// <summary>The file; relative paths start beside the specification. Null: the built-in Mackey-Glass series.</summary>
    public string? Path { get; init; }

    /// <summary>The column of dates. Null: the first column of text that is increasing dates throughout, if there is one.</summary>
    public string? Time { get; init; }

    /// <summary>Columns that the network reads; <c>*</c> for every column of numbers.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = ["*"];

    /// <summary>Columns to forecast.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Rows that the network looks back at (T).</summary>
    public int Window { get; init; } = 24;

    /// <summary>Rows ahead that are forecast, all at once.</summary>
    public int Horizon { get; init; } = 1;

    public SplitSpec Split { get; init; } = new(0.7, 0.1, 0.2);

    public Scaling Scale { get; init; } = Scaling.Standard;

    public ValueTransform Transform { get; init; } = ValueTransform.None;

    public BackTransform BackTransform { get; init; } = BackTransform.Median;

    public TargetBase RelativeTo { get; init; } = TargetBase.None;

    /// <summary>Rows of a season, for the seasonal forecast that results are compared with; null where there is no season.</summary>
    public int? Season { get; init; }

    public IReadOnlyList<CalendarFeature> Calendar { get; init; } = [];

    /// <summary>Whether the first line names the columns; null to look.</summary>
    public bool? Header { get; init; }

    /// <summary>The character between fields; null to look.</summary>
    public char? Delimiter { get; init; }

    public char Quote { get; init; } = '"';

    /// <summary>Whose decimal and thousands separators and dates: a name such as <c>de-DE</c>; empty for the invariant culture.</summary>
    public string Culture { get; init; } = "";

    /// <summary>A .NET encoding name.</summary>
    public string Encoding { get; init; } = "utf-8";

    public MissingRule Missing { get; init; } = MissingRule.Refuse;

    /// <summary>Fields that mean that a value is missing, beside the empty one.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = ["NA", "N/A", "NaN", "null", "?"];

    [JsonIgnore]
    public override string? File => Path;

    [JsonIgnore]
    public override bool HasValidation => Split.Validation > 0;

    public override DataSpec WithPaths(Func<string, string> map) => this with { Path = Path is null ? null : map(Path) };
}
