using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Stories;

/// <summary>The scores of a network and of simple baselines, as plain data. Where there are many parts, the worst ones are kept.</summary>
/// <param name="Rows">What it was measured on: <c>583 windows of the test rows</c>.</param>
/// <param name="Columns">The metrics that tables show.</param>
/// <param name="Lines">The network first, then its baselines.</param>
/// <param name="Deciding">The metric by which they are compared; null for none.</param>
public sealed record StoryScore(string Rows, IReadOnlyList<StoryMetric> Columns, IReadOnlyList<StoryLine> Lines, string? Deciding)
{
    /// <summary>The most parts of the rows that a story keeps.</summary>
    public const int MaxParts = 60;

    /// <summary>All figures by their machine-readable names, details included.</summary>
    public IReadOnlyList<StoryValue> Values { get; init; } = [];

    /// <summary>Scores by target, class, series or step ahead.</summary>
    public IReadOnlyList<StoryGroup> Groups { get; init; } = [];

    public IReadOnlyList<IntervalScore> Intervals { get; init; } = [];

    public static StoryScore Of(Score score)
    {
        StoryMetric[] columns =
        [
            .. score.Metrics.Select(metric => score.Column(metric.Key)).Where(column => !column.IsDetail)
                .Select(column => new StoryMetric(column.Key, column.Title, column.IsHigherBetter)),
        ];
        string? deciding = score.DecidingMetric;
        List<StoryGroup> groups = [];
        if (score.Breakdown.Count > 0 && !score.Groups.Any(group => group.Key == "targets")) groups.Add(Breakdown(score));
        groups.AddRange(score.Groups.Select(group => GroupOf(group, score)));
        return new StoryScore(score.Rows, columns,
            [LineOf($"this {score.Network}", score.Metrics, columns), .. score.Baselines.Select(rival => LineOf(rival.Name, rival.Metrics, columns))], deciding)
        {
            Values = [.. score.Metrics.Select(metric => new StoryValue(metric.Key, metric.Value))],
            Groups = groups,
            Intervals = score.Intervals,
        };
    }

    private static StoryLine LineOf(string name, MetricList metrics, StoryMetric[] columns) =>
        new(name, [.. columns.Select(column => metrics.TryGet(column.Key, out double value) ? value : double.NaN)]);

    /// <summary>Classes or targets with all their metrics; where there are many, the worst.</summary>
    private static StoryGroup Breakdown(Score score)
    {
        StoryMetric[] columns = [.. score.Breakdown[0].Metrics.Select(metric => score.Column(metric.Key))
            .Select(column => new StoryMetric(column.Key, column.Title, column.IsHigherBetter))];
        string deciding = columns.FirstOrDefault(column => column.Key == MetricNames.F1)?.Key ?? score.DecidingMetric ?? columns[0].Key;
        var parts = score.Breakdown.Count <= MaxParts ? score.Breakdown : Worst(score.Breakdown, deciding, score.Column(deciding).IsHigherBetter);
        return new StoryGroup("parts", score.Breakdown.Count <= MaxParts ? "Each by itself" : "Each by itself, the worst first", columns,
            [.. parts.Select(part => LineOf(part.Name, part.Metrics, columns))])
        {
            Count = score.Breakdown.Count,
        };
    }

    private static NamedMetrics[] Worst(IReadOnlyList<NamedMetrics> parts, string metric, bool isHigherBetter)
    {
        double Value(NamedMetrics part) => part.Metrics.TryGet(metric, out double value) ? isHigherBetter ? value : -value : double.NegativeInfinity;
        return [.. parts.OrderBy(Value).Take(MaxParts)];
    }

    /// <summary>A group with the deciding metric of the network and of the best baseline.</summary>
    private static StoryGroup GroupOf(ScoreGroup group, Score score)
    {
        MetricColumn column = score.Column(score.DecidingMetric ?? score.Columns[0].Key);
        List<StoryMetric> columns = [new(column.Key, $"{score.Network}, {column.Title}", column.IsHigherBetter)];
        if (group.BaselineParts is not null) columns.Add(new("rival", $"{ShortName.Of(group.Baseline ?? "baseline")}, {column.Title}", column.IsHigherBetter));
        double Own(int i) => group.Parts[i].Metrics.TryGet(column.Key, out double value) ? value : double.NaN;
        StoryLine[] lines =
        [
            .. Enumerable.Range(0, group.Parts.Count)
                .Select(i => new StoryLine(group.Parts[i].Name, group.BaselineParts is { } rivals ? [Own(i), rivals[i]] : [Own(i)])),
        ];
        bool areSteps = group.Key == "steps";
        return new StoryGroup(group.Key, group.Key switch { "series" => "By series", _ => group.Title }, columns,
            areSteps && lines.Length > MaxParts ? [] : [.. lines.Take(MaxParts)])
        {
            Count = lines.Length,
        };
    }
}

/// <param name="Key">Machine-readable name: <c>rmse</c>.</param>
/// <param name="Title">Display name: <c>RMSE</c>.</param>
public sealed record StoryMetric(string Key, string Title, bool IsHigherBetter);

/// <summary>A figure by its machine-readable name.</summary>
public sealed record StoryValue(string Key, double Value);

/// <param name="Values">One value per column; NaN where there is none.</param>
public sealed record StoryLine(string Name, double[] Values);

/// <summary>Metrics of parts of the rows.</summary>
/// <param name="Key">Machine-readable name: <c>series</c>.</param>
public sealed record StoryGroup(string Key, string Title, IReadOnlyList<StoryMetric> Columns, IReadOnlyList<StoryLine> Lines)
{
    /// <summary>Number of parts, of which the lines show some or all.</summary>
    public int Count { get; init; }
}

/// <summary>A baseline's name without the description of how it works.</summary>
internal static class ShortName
{
    public static string Of(string name) => name.Split(" (")[0];
}
