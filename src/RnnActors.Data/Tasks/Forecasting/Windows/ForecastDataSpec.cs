using System.Text.Json.Serialization;
using RnnActors.Data.Splits;

namespace RnnActors.Data.Tasks.Forecasting.Windows;

/// <summary>How the series lie in the table.</summary>
public enum SeriesLayout
{
    /// <summary>A row a time; where <c>series</c> names columns, these say which series a row belongs to.</summary>
    Long,

    /// <summary>Each target column is a series of its own, and one model learns them all.</summary>
    Columns,

    /// <summary>Each row is a series, named by its first column: the values follow one another in the row.</summary>
    Rows,
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

    /// <summary>Columns that say which series a row belongs to; one model learns them all. None: the table is one series.</summary>
    public IReadOnlyList<string> Series { get; init; } = [];

    public SeriesLayout Layout { get; init; } = SeriesLayout.Long;

    /// <summary>Columns whose values are known for the rows that are forecast: the network reads them over the horizon too.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>Columns of categories for embedding layers, each an input of its own by the column's name; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Embedded { get; init; }

    /// <summary>Rows back whose targets are inputs too.</summary>
    public IReadOnlyList<int> Lags { get; init; } = [];

    /// <summary>Rows over which means of the targets, up to each row, are inputs too.</summary>
    public IReadOnlyList<int> RollingMeans { get; init; } = [];

    /// <summary>A file of dates that are holidays, one a line; known ahead. Null: none.</summary>
    public string? Holidays { get; init; }

    /// <summary>Rows that the network looks back at (T).</summary>
    public int Window { get; init; } = 24;

    /// <summary>Rows ahead that are forecast, all at once.</summary>
    public int Horizon { get; init; } = 1;

    /// <summary>Rows ahead of a window at which what is known ahead is read: the horizon, then as often less a window, until all rows are covered.</summary>
    [JsonIgnore]
    internal IEnumerable<int> RowsAhead
    {
        get
        {
            for (int ahead = Horizon; ahead > 0; ahead -= Math.Max(1, Window)) yield return ahead;
        }
    }

    /// <summary>The split where none is given.</summary>
    internal static SplitSpec UsualSplit { get; } = new(0.7, 0.1, 0.2);

    public SplitSpec Split { get; init; } = UsualSplit;

    /// <summary>A file of its own to validate on, in place of a part of <see cref="Path"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Validation { get; init; }

    /// <summary>A file of its own to test on, in place of a part of <see cref="Path"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Test { get; init; }

    public Scaling Scale { get; init; } = Scaling.Standard;

    public ValueTransform Transform { get; init; } = ValueTransform.None;

    /// <summary>The transforms of single columns, in place of <see cref="Transform"/>; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, ValueTransform>? Transforms { get; init; }

    public BackTransform BackTransform { get; init; } = BackTransform.Median;

    public TargetBase RelativeTo { get; init; } = TargetBase.None;

    public WindowNormalization Normalize { get; init; } = WindowNormalization.None;

    public GapRule Gaps { get; init; } = GapRule.Ignore;

    /// <summary>Rows of a season, for the seasonal forecast that results are compared with; null where there is no season.</summary>
    public int? Season { get; init; }

    public IReadOnlyList<CalendarFeature> Calendar { get; init; } = [];

    /// <summary>Whether the first line names the columns; null to look.</summary>
    public bool? Header { get; init; }

    /// <summary>How many lines the header has; the first of them names the columns. Null to look.</summary>
    public int? HeaderLines { get; init; }

    /// <summary>Columns whose empty cells are those above them, as merged cells of a spreadsheet are saved; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? FillDown { get; init; }

    /// <summary>How many lines at the end are no rows.</summary>
    public int FooterLines { get; init; }

    /// <summary>How dates are written: a .NET pattern, <c>epoch</c>, <c>epochMs</c> or <c>excel</c> (its numbers of days); null to look.</summary>
    public string? TimeFormat { get; init; }

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

    /// <summary>How a column is transformed.</summary>
    /// <param name="isSeriesValue">Whether it changes with time and is not known ahead: <see cref="Transform"/> is for those alone.</param>
    public ValueTransform TransformOf(string column, bool isSeriesValue = true) =>
        Transforms is not null && Transforms.TryGetValue(column, out ValueTransform own) ? own : isSeriesValue ? Transform : ValueTransform.None;

    /// <summary>The table, where it was looked at and is not loaded yet.</summary>
    internal TableInHand InHand { get; init; }

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
