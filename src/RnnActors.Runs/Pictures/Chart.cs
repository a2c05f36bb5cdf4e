namespace RnnActors.Runs.Pictures;

/// <summary>Lines, bands and bars over one axis.</summary>
public sealed record Chart(string XTitle, string YTitle)
{
    /// <summary>Whether x is a time: milliseconds since 1970, as the data's own clock shows them.</summary>
    public bool IsTime { get; init; }

    /// <summary>Whether x counts something, so that only whole numbers have a label.</summary>
    public bool IsCount { get; init; }

    /// <summary>Whether y is shown by its logarithm.</summary>
    public bool IsLogarithmic { get; init; }

    /// <summary>Whether both axes have one scale and a diagonal, as predicted over actual.</summary>
    public bool HasDiagonal { get; init; }

    /// <summary>Whether 0 is to be seen on the y axis.</summary>
    public bool HasZero { get; init; }

    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    public IReadOnlyList<ChartLine> Lines { get; init; } = [];

    /// <summary>Null for none.</summary>
    public ChartBars? Bars { get; init; }

    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    /// <summary>A time as an x.</summary>
    public static double XOf(DateTime time) => (time - DateTime.UnixEpoch).TotalMilliseconds;

    /// <summary>The time of an x.</summary>
    public static DateTime TimeOf(double x) => DateTime.UnixEpoch.AddMilliseconds(x);
}

/// <summary>What a line stands for, by which it has its colour and its dashes.</summary>
public enum ChartRole
{
    Actual,
    Predicted,
    Rival,
    Training,
    Validation,
    Other,
}

/// <summary>A line; what is not a number leaves a gap.</summary>
/// <param name="X">Ascending, unless the values are points.</param>
/// <param name="Y">As many.</param>
public sealed record ChartLine(string Name, ChartRole Role, double[] X, double[] Y)
{
    /// <summary>Whether they are points that no line joins.</summary>
    public bool ArePoints { get; init; }
}

/// <summary>An area between two lines; what is not a number leaves a gap.</summary>
/// <param name="X">Ascending.</param>
/// <param name="Lower">As many.</param>
/// <param name="Upper">As many.</param>
public sealed record ChartBand(string Name, ChartRole Role, double[] X, double[] Lower, double[] Upper);

/// <param name="Edges">Ascending: one more than there are heights.</param>
public sealed record ChartBars(string Name, ChartRole Role, double[] Edges, double[] Heights);

/// <summary>A place on the x axis that has a meaning.</summary>
public sealed record ChartMark(double X, string Text);
