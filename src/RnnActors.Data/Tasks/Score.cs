using RnnActors.Core.Metrics;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks;

/// <summary>How good a network is on rows that it was not trained on, and how good simple rivals are on the same rows.</summary>
/// <param name="Rows">What the rows are: <c>583 windows of the test rows</c>.</param>
/// <param name="Network">What the network is called beside its rivals: <c>lstm</c>.</param>
/// <param name="Columns">How the metrics are shown.</param>
public sealed record Score(string Rows, string Network, MetricList Metrics, IReadOnlyList<MetricColumn> Columns)
{
    /// <summary>Simple answers that the network must beat to have learned something.</summary>
    public IReadOnlyList<NamedMetrics> Baselines { get; init; } = [];

    /// <summary>The metrics of each target or class by itself, where there are several.</summary>
    public IReadOnlyList<NamedMetrics> Breakdown { get; init; } = [];

    /// <summary>Metrics in standard deviations of the training rows, as papers report them; null where they mean nothing.</summary>
    public MetricList? Standardised { get; init; }

    /// <summary>The metric by which network and rivals are compared; null for none.</summary>
    public string? DecidingMetric { get; init; }

    /// <summary>What to try where a rival is better.</summary>
    public string? Advice { get; init; }

    /// <summary>The metrics of parts of the rows, such as each series or each step ahead.</summary>
    public IReadOnlyList<ScoreGroup> Groups { get; init; } = [];

    /// <summary>How well intervals hold what came.</summary>
    public IReadOnlyList<IntervalScore> Intervals { get; init; } = [];

    /// <summary>Predicted beside actual, for a plot, a panel each; none for no plot.</summary>
    public IReadOnlyList<ComparedSeries> Series { get; init; } = [];

    /// <summary>Whole forecasts from their last origin: each step ahead beside what came; none where there is one step.</summary>
    public IReadOnlyList<ComparedSeries> Paths { get; init; } = [];

    /// <summary>Other panels than the first few; null where nothing is to be chosen.</summary>
    internal Func<PanelChoice, ComparedPanels>? Panels { get; init; }

    /// <summary>All predictions beside what came; null for none.</summary>
    public Func<PredictionTable>? Predictions { get; init; }

    /// <summary>What was found or decided in the data, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A table of numbers as colours, such as a confusion matrix; null for none.</summary>
    public Heatmap? Heatmap { get; init; }

    /// <summary>More of its kind, such as what attention looks at in other sentences.</summary>
    public IReadOnlyList<Heatmap> MoreHeatmaps { get; init; } = [];

    /// <summary>Texts that the network writes, made when they are asked for; null for none.</summary>
    public Func<IReadOnlyList<TextSample>>? Samples { get; init; }

    /// <summary>Some recordings as the network hears them, made when they are asked for; null for none.</summary>
    public Func<IReadOnlyList<HeardRecording>>? Recordings { get; init; }

    /// <summary>Single rows that tell more than the metrics, such as the worst mistakes; null for none.</summary>
    public TitledTable? Examples { get; init; }

    /// <summary>The best rival, by <see cref="DecidingMetric"/>; null where there is none.</summary>
    public NamedMetrics? BestBaseline => DecidingMetric is null ? null : Baselines.Aggregate(
        (NamedMetrics?)null, (best, next) =>
            best is null || IsBetter(DecidingMetric, next.Metrics[DecidingMetric], best.Metrics[DecidingMetric]) ? next : best);

    /// <summary>Whether a rival does better than the network, so that it is of no use yet.</summary>
    public bool IsBeaten => BestBaseline is { } best && IsBetter(DecidingMetric!, best.Metrics[DecidingMetric!], Metrics[DecidingMetric!]);

    /// <summary>The same with the panels that are chosen in place of the first few.</summary>
    /// <exception cref="InvalidInputException">The forecast has no such target, series or horizon; or this is no forecast.</exception>
    public Score Showing(PanelChoice choice)
    {
        if (Panels is null) PanelChoice.RefuseAll(choice);
        if (Panels is null || choice.IsAny) return this;
        ComparedPanels chosen = Panels(choice);
        return this with { Series = chosen.Series, Paths = chosen.Paths };
    }

    public bool IsBetter(string metric, double a, double b) => Column(metric).IsHigherBetter ? a > b : a < b;

    /// <summary>How a metric is shown.</summary>
    public MetricColumn Column(string metric) => Columns.FirstOrDefault(column => column.Key == metric) ?? new MetricColumn(metric, metric);
}

/// <summary>Numbers in rows and columns, for a picture; where they are counts, also for a table.</summary>
/// <param name="Key">What the picture's file is called: <c>confusion</c>.</param>
/// <param name="Title">A line.</param>
/// <param name="RowTitle">What the rows are: <c>truth</c>.</param>
/// <param name="ColumnTitle">What the columns are: <c>predicted</c>.</param>
/// <param name="Rows">Names of the rows.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Values">(rows, columns).</param>
/// <param name="AreCounts">Whether each row's numbers count something; its colours are then shares of the row.</param>
public sealed record Heatmap(
    string Key, string Title, string RowTitle, string ColumnTitle, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, double[,] Values, bool AreCounts)
{
    /// <summary>How to read it, in sentences; null for nothing more than what rows and columns are.</summary>
    public string? Meaning { get; init; }
}

/// <summary>Metrics of parts of the rows.</summary>
/// <param name="Key">The name for machines: <c>series</c>.</param>
/// <param name="Title">A line above the table.</param>
/// <param name="Parts">Those of each part, in the order to be shown.</param>
/// <param name="Rival">What the rival is called: <c>seasonal</c>; null for none.</param>
/// <param name="RivalParts">The best rival's deciding metric of each part; as many, or none.</param>
public sealed record ScoreGroup(string Key, string Title, IReadOnlyList<NamedMetrics> Parts, string? Rival = null, IReadOnlyList<double>? RivalParts = null)
{
    /// <summary>The numbers of the parts that a terminal shows; null for all.</summary>
    public IReadOnlyList<int>? Shown { get; init; }
}

/// <param name="Level">The share of values that the intervals should hold.</param>
/// <param name="Coverage">The share that they do hold.</param>
/// <param name="Width">Their mean width, in the targets' own units.</param>
/// <param name="IsReached">Whether there were validation rows enough to tell how wide they must be.</param>
public sealed record IntervalScore(double Level, double Coverage, double Width, bool IsReached = true);

/// <param name="Title">A line above the table.</param>
public sealed record TitledTable(string Title, SummaryTable Table);

/// <param name="Key">The name for machines: <c>last_value</c>.</param>
/// <param name="Name">The name for people.</param>
public sealed record NamedMetrics(string Key, string Name, MetricList Metrics)
{
    /// <summary>Those of its parts, such as each target by itself; none where there is one.</summary>
    public IReadOnlyList<NamedMetrics> Breakdown { get; init; } = [];
}

/// <summary>What was predicted beside what came, for a plot.</summary>
/// <param name="Key">What the plot's file is called: <c>forecast</c>.</param>
/// <param name="Name">What the values are: a column.</param>
/// <param name="Meaning">How they were predicted: <c>forecast 17 rows ahead</c>.</param>
/// <param name="Actual">In order of time.</param>
/// <param name="Predicted">As many.</param>
/// <param name="Times">As many; null where the rows have no time.</param>
/// <param name="Caption">How good it is, in a few words; null for nothing.</param>
public sealed record ComparedSeries(
    string Key, string Name, string Meaning, double[] Actual, double[] Predicted, DateTime[]? Times = null, string? Caption = null)
{
    /// <summary>An interval around each predicted value; null for none.</summary>
    public SeriesBand? Band { get; init; }

    /// <summary>A simple rival's predictions; null for none.</summary>
    public SeriesRival? Rival { get; init; }
}

/// <param name="Name">What it is: <c>80 %</c>.</param>
/// <param name="Lower">As many as predicted.</param>
/// <param name="Upper">As many.</param>
public sealed record SeriesBand(string Name, double[] Lower, double[] Upper);

/// <param name="Name">What it is called: <c>seasonal</c>.</param>
/// <param name="Predicted">As many as actual.</param>
public sealed record SeriesRival(string Name, double[] Predicted);
