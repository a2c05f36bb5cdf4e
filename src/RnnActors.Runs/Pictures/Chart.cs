namespace RnnActors.Runs.Pictures;

/// <summary>Lines, bands and bars over one axis.</summary>
public sealed record Chart(string XTitle, string YTitle)
{
    /// <summary>Whether x is a time: milliseconds since 1970, in the data's own clock.</summary>
    public bool IsTime { get; init; }

    /// <summary>Whether x counts something, so that only whole numbers are labelled.</summary>
    public bool IsCount { get; init; }

    /// <summary>Whether the y axis is logarithmic.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Whether both axes have the same scale and a diagonal, as for predicted against actual values.</summary>
    public bool HasDiagonal { get; init; }

    /// <summary>Whether the y axis includes 0.</summary>
    public bool HasZero { get; init; }

    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    public IReadOnlyList<ChartLine> Lines { get; init; } = [];

    /// <summary>Null for none.</summary>
    public ChartBars? Bars { get; init; }

    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    /// <summary>Converts a time to an x.</summary>
    public static double XOf(DateTime time) => (time - DateTime.UnixEpoch).TotalMilliseconds;

    /// <summary>Converts an x to a time.</summary>
    public static DateTime TimeOf(double x) => DateTime.UnixEpoch.AddMilliseconds(x);
}

/// <summary>What a line stands for, which determines its colour and dashes.</summary>
public enum ChartRole
{
    Actual,
    Predicted,
    Rival,
    Training,
    Validation,
    Other,
}

/// <summary>A line, or points; NaN leaves a gap.</summary>
/// <param name="X">Ascending, unless these are points.</param>
/// <param name="Y">As long as <paramref name="X"/>.</param>
public sealed record ChartLine(string Name, ChartRole Role, double[] X, double[] Y)
{
    /// <summary>Whether to draw points without a line.</summary>
    public bool ArePoints { get; init; }
}

/// <summary>An area between two lines; NaN leaves a gap.</summary>
/// <param name="X">Ascending.</param>
/// <param name="Lower">As long as <paramref name="X"/>.</param>
/// <param name="Upper">As long as <paramref name="X"/>.</param>
public sealed record ChartBand(string Name, ChartRole Role, double[] X, double[] Lower, double[] Upper);

/// <param name="Edges">Ascending; one more than there are heights.</param>
public sealed record ChartBars(string Name, ChartRole Role, double[] Edges, double[] Heights);

/// <summary>A labelled position on the x axis.</summary>
public sealed record ChartMark(double X, string Text);
