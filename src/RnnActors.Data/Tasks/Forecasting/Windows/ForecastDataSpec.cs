using System.Text.Json.Serialization;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>The layout of series in a table.</summary>
public enum SeriesLayout
{
    /// <summary>A row for each point in time. If <c>series</c> names columns, these identify the series of a row.</summary>
    Long,

    /// <summary>Each target column is a series of its own, and one model learns them all.</summary>
    Columns,

    /// <summary>Each row is a series, with its name in the first column and its values in order after it.</summary>
    Rows,
}

/// <summary>Features of the date, which the network reads as pairs of sine and cosine.</summary>
public enum CalendarFeature
{
    HourOfDay,
    DayOfWeek,
    DayOfYear,
    MonthOfYear,
}

/// <summary>Data of a forecast: a table of numbers over time, and what to forecast.</summary>
public sealed record ForecastDataSpec : DataSpec
{
    /// <summary>The file; relative to the specification's folder. Null for the built-in Mackey-Glass series.</summary>
    public string? Path { get; init; }

    /// <summary>The column of dates. Null for the first text column whose dates increase throughout, if there is one.</summary>
    public string? Time { get; init; }

    /// <summary>Columns that the network reads; <c>*</c> for every numeric column.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = ["*"];

    /// <summary>Columns to forecast.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Columns that identify the series of a row; one model learns all series. Empty if the table is one series.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];

    public SeriesLayout Layout { get; init; } = SeriesLayout.Long;

    /// <summary>Columns whose values are known for the forecast rows: the network reads them over the horizon too.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>Categorical columns for embedding layers, each an input named after the column; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Embedded { get; init; }

    /// <summary>Lags of the targets that are inputs too, in rows.</summary>
    public IReadOnlyList<int> Lags { get; init; } = [];

    /// <summary>Window lengths, in rows, of moving averages of the targets that are inputs too.</summary>
    public IReadOnlyList<int> RollingMeans { get; init; } = [];

    /// <summary>A file of holidays, one date a line; they are known ahead. Null for none.</summary>
    public string? Holidays { get; init; }

    /// <summary>The number of rows that the network looks back at (T).</summary>
    public int Window { get; init; } = 24;

    /// <summary>The number of rows ahead that are forecast, all at once.</summary>
    public int Horizon { get; init; } = 1;

    /// <summary>
    /// How many rows ahead of the window the known-ahead columns are read: the horizon, then one window less each time, until all rows are covered.
    /// </summary>
    [JsonIgnore]
    internal IEnumerable<int> RowsAhead
    {
        get
        {
            for (int ahead = Horizon; ahead > 0; ahead -= Math.Max(1, Window)) yield return ahead;
        }
    }

    /// <summary>The default split.</summary>
    internal static SplitSpec UsualSplit { get; } = new(0.7, 0.1, 0.2);

    public SplitSpec Split { get; init; } = UsualSplit;

    /// <summary>A separate file to validate on, in place of a part of <see cref="Path"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Validation { get; init; }

    /// <summary>A separate file to test on, in place of a part of <see cref="Path"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Test { get; init; }

    public Scaling Scale { get; init; } = Scaling.Standard;

    public ValueTransform Transform { get; init; } = ValueTransform.None;

    /// <summary>Transforms of single columns, which override <see cref="Transform"/>; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, ValueTransform>? Transforms { get; init; }

    public BackTransform BackTransform { get; init; } = BackTransform.Median;

    public TargetBase RelativeTo { get; init; } = TargetBase.None;

    public WindowNormalization Normalize { get; init; } = WindowNormalization.None;

    public GapRule Gaps { get; init; } = GapRule.Ignore;

    /// <summary>The length of the season in rows, for the seasonal baseline; null for no season.</summary>
    public int? Season { get; init; }

    public IReadOnlyList<CalendarFeature> Calendar { get; init; } = [];

    /// <summary>Whether the first line names the columns; null to detect it.</summary>
    public bool? Header { get; init; }

    /// <summary>The number of header lines; the first of them names the columns. Null to detect it.</summary>
    public int? HeaderLines { get; init; }

    /// <summary>Columns whose empty cells take the value above (forward fill), as spreadsheets save merged cells; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? FillDown { get; init; }

    /// <summary>The number of lines at the end that are not rows.</summary>
    public int FooterLines { get; init; }

    /// <summary>The format of dates: a .NET pattern, <c>epoch</c>, <c>epochMs</c> or <c>excel</c> (Excel's day numbers); null to detect it.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>The delimiter of fields; null to detect it.</summary>
    public char? Delimiter { get; init; }

    public char Quote { get; init; } = '"';

    /// <summary>The culture of separators in numbers, and of dates: a name such as <c>de-DE</c>; empty for the invariant culture.</summary>
    public string Culture { get; init; } = "";

    /// <summary>A .NET encoding name.</summary>
    public string Encoding { get; init; } = "utf-8";

    public MissingRule Missing { get; init; } = MissingRule.Refuse;

    /// <summary>Fields that mean a missing value, besides the empty one.</summary>
    public IReadOnlyList<string> MissingValues { get; init; } = ["NA", "N/A", "NaN", "null", "?"];

    /// <summary>The transform of a column.</summary>
    /// <param name="isSeriesValue">Whether it changes with time and is not known ahead: <see cref="Transform"/> applies only to those.</param>
    public ValueTransform TransformOf(string column, bool isSeriesValue = true) =>
        Transforms is not null && Transforms.TryGetValue(column, out ValueTransform own) ? own : isSeriesValue ? Transform : ValueTransform.None;

    /// <summary>The table, if it was read to detect its properties and is not loaded yet.</summary>
    internal PreloadedTable InHand { get; init; }

    [JsonIgnore]
    public override string? File => Path;

    [JsonIgnore]
    public override bool HasValidation => Validation is not null || Split.Validation > 0;

    public override DataSpec WithPaths(Func<string, string> map) => this with
    {
        Path = Path is null ? null : map(Path),
        Validation = Validation is null ? null : map(Validation),
        Test = Test is null ? null : map(Test),
        Holidays = Holidays is null ? null : map(Holidays),
    };

    internal override DataSpec AfterLookOf(DataSpec looked) => looked is ForecastDataSpec { InHand: var table } ? this with { InHand = table } : this;
}
