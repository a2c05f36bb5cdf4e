using RnnActors.Core.Metrics;
using RnnActors.Core.Problems;

namespace RnnActors.Data.Tasks;

/// <summary>A network's metrics on rows that it was not trained on, with those of simple baselines on the same rows.</summary>
/// <param name="Rows">The rows: <c>583 windows of the test rows</c>.</param>
/// <param name="Network">The name of the network: <c>lstm</c>.</param>
/// <param name="Columns">How the metrics are displayed.</param>
public sealed record Score(string Rows, string Network, MetricList Metrics, IReadOnlyList<MetricColumn> Columns)
{
    /// <summary>Simple predictions that the network must beat to have learned anything.</summary>
    public IReadOnlyList<NamedMetrics> Baselines { get; init; } = [];

    /// <summary>The metrics of each target or class separately, if there are several.</summary>
    public IReadOnlyList<NamedMetrics> Breakdown { get; init; } = [];

    /// <summary>Metrics in standard deviations of the training rows, as papers report them; null if they are meaningless.</summary>
    public MetricList? Standardised { get; init; }

    /// <summary>The metric by which network and baselines are compared; null for none.</summary>
    public string? DecidingMetric { get; init; }

    /// <summary>What the user can try if a baseline is better.</summary>
    public string? Advice { get; init; }

    /// <summary>The metrics of parts of the rows, such as each series or each step ahead.</summary>
    public IReadOnlyList<ScoreGroup> Groups { get; init; } = [];

    /// <summary>How well intervals cover the observed values.</summary>
    public IReadOnlyList<IntervalScore> Intervals { get; init; } = [];

    /// <summary>Predicted and actual values for a plot, one for each panel; empty for no plot.</summary>
    public IReadOnlyList<ComparedSeries> Series { get; init; } = [];

    /// <summary>Whole forecasts from their last origin, with the actual values of each step ahead; empty if there is only one step.</summary>
    public IReadOnlyList<ComparedSeries> Paths { get; init; } = [];

    /// <summary>Gives other panels than the first few; null if there is no choice.</summary>
    internal Func<PanelChoice, ComparedPanels>? Panels { get; init; }

    /// <summary>All predictions with the actual values; null for none.</summary>
    public Func<PredictionTable>? Predictions { get; init; }

    /// <summary>Notes on the data, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>A table of numbers, drawn as colours, such as a confusion matrix; null for none.</summary>
    public Heatmap? Heatmap { get; init; }

    /// <summary>Further heatmaps, such as attention weights of other sentences.</summary>
    public IReadOnlyList<Heatmap> MoreHeatmaps { get; init; } = [];

    /// <summary>Generates sample texts on demand; null for none.</summary>
    public Func<IReadOnlyList<TextSample>>? Samples { get; init; }

    /// <summary>Transcribes some recordings on demand; null for none.</summary>
    public Func<IReadOnlyList<TranscribedRecording>>? Recordings { get; init; }

    /// <summary>Rows that explain more than metrics, such as the worst mistakes; null for none.</summary>
    public TitledTable? Examples { get; init; }

    /// <summary>The best baseline by <see cref="DecidingMetric"/>; null if there is none.</summary>
    public NamedMetrics? BestBaseline => DecidingMetric is null ? null : Baselines.Aggregate(
        (NamedMetrics?)null, (best, next) =>
            best is null || IsBetter(DecidingMetric, next.Metrics[DecidingMetric], best.Metrics[DecidingMetric]) ? next : best);

    /// <summary>Whether a baseline is better than the network.</summary>
    public bool IsBeaten => BestBaseline is { } best && IsBetter(DecidingMetric!, best.Metrics[DecidingMetric!], Metrics[DecidingMetric!]);

    /// <summary>The same score with the chosen panels in place of the first few.</summary>
    /// <exception cref="InvalidInputException">The forecast has no such target, series or horizon; or this is not a forecast.</exception>
    public Score Showing(PanelChoice choice)
    {
        if (Panels is null) PanelChoice.RefuseAll(choice);
        if (Panels is null || choice.IsAny) return this;
        ComparedPanels chosen = Panels(choice);
        return this with { Series = chosen.Series, Paths = chosen.Paths };
    }

    public bool IsBetter(string metric, double a, double b) => Column(metric).IsHigherBetter ? a > b : a < b;

    /// <summary>How a metric is displayed.</summary>
    public MetricColumn Column(string metric) => Columns.FirstOrDefault(column => column.Key == metric) ?? new MetricColumn(metric, metric);
}

/// <summary>Numbers in rows and columns, for a picture; counts are also shown as a table.</summary>
/// <param name="Key">The name of the picture's file: <c>confusion</c>.</param>
/// <param name="Title">A line.</param>
/// <param name="RowTitle">The meaning of rows: <c>truth</c>.</param>
/// <param name="ColumnTitle">The meaning of columns: <c>predicted</c>.</param>
/// <param name="Rows">The names of the rows.</param>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Values">(rows, columns).</param>
/// <param name="AreCounts">Whether the numbers are counts; colours are then shares of the row.</param>
public sealed record Heatmap(
    string Key, string Title, string RowTitle, string ColumnTitle, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, double[,] Values, bool AreCounts)
{
    /// <summary>How to read it, in sentences; null if its titles say enough.</summary>
    public string? Meaning { get; init; }
}

/// <summary>The metrics of parts of the rows.</summary>
/// <param name="Key">The name for programs: <c>series</c>.</param>
/// <param name="Title">A line above the table.</param>
/// <param name="Parts">The metrics of each part, in display order.</param>
/// <param name="Baseline">The name of the best baseline: <c>seasonal</c>; null for none.</param>
/// <param name="BaselineParts">The best baseline's deciding metric for each part; empty for none.</param>
public sealed record ScoreGroup(
    string Key, string Title, IReadOnlyList<NamedMetrics> Parts, string? Baseline = null, IReadOnlyList<double>? BaselineParts = null)
{
    /// <summary>The indices of the parts that a terminal shows; null for all.</summary>
    public IReadOnlyList<int>? Shown { get; init; }
}

/// <param name="Level">The nominal coverage.</param>
/// <param name="Coverage">The actual coverage.</param>
/// <param name="Width">The mean width, in the targets' own units.</param>
/// <param name="IsReached">Whether there were enough validation rows for the level.</param>
public sealed record IntervalScore(double Level, double Coverage, double Width, bool IsReached = true);

/// <param name="Title">A line above the table.</param>
public sealed record TitledTable(string Title, SummaryTable Table);

/// <param name="Key">The name for programs: <c>last_value</c>.</param>
/// <param name="Name">The name for people.</param>
public sealed record NamedMetrics(string Key, string Name, MetricList Metrics)
{
    /// <summary>The metrics of its parts, such as each target; empty if there is only one.</summary>
    public IReadOnlyList<NamedMetrics> Breakdown { get; init; } = [];
}

/// <summary>Predicted and actual values for a plot.</summary>
/// <param name="Key">The name of the plot's file: <c>forecast</c>.</param>
/// <param name="Name">The name of the values: a column.</param>
/// <param name="Meaning">How they were predicted: <c>forecast 17 rows ahead</c>.</param>
/// <param name="Actual">In order of time.</param>
/// <param name="Predicted">One for each actual value.</param>
/// <param name="Times">One for each actual value; null if the rows have no times.</param>
/// <param name="Caption">The quality in a few words; null for none.</param>
public sealed record ComparedSeries(
    string Key, string Name, string Meaning, double[] Actual, double[] Predicted, DateTime[]? Times = null, string? Caption = null)
{
    /// <summary>An interval around each predicted value; null for none.</summary>
    public SeriesBand? Band { get; init; }

    /// <summary>A baseline's predictions; null for none.</summary>
    public SeriesBaseline? Baseline { get; init; }
}

/// <param name="Name">The level: <c>80 %</c>.</param>
/// <param name="Lower">One for each prediction.</param>
/// <param name="Upper">One for each prediction.</param>
public sealed record SeriesBand(string Name, double[] Lower, double[] Upper);

/// <param name="Name">The name of the baseline: <c>seasonal</c>.</param>
/// <param name="Predicted">One for each actual value.</param>
public sealed record SeriesBaseline(string Name, double[] Predicted);
