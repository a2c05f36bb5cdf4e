using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Reports;

/// <summary>A forecast from one origin.</summary>
/// <param name="SeenUntil">Label of the last row that training and forecast could see.</param>
/// <param name="DataHash">The hash of the data up to there, equal to that of a file which ends there.</param>
/// <param name="Score">The score on the rows after it.</param>
public sealed record OriginReport(string SeenUntil, string DataHash, string ParameterHash, Score Score);

/// <summary>The results of all origins of a backtest.</summary>
/// <param name="Origins">In order of time.</param>
public sealed record BacktestReport(IReadOnlyList<OriginReport> Origins)
{
    /// <summary>The mean of each metric that all origins have.</summary>
    public MetricList Mean => MetricSummary.Each([.. Origins.Select(origin => origin.Score.Metrics)], MetricSummary.Mean);

    /// <summary>The standard deviation of each of these metrics, with divisor K - 1; 0 for one origin.</summary>
    public MetricList Deviation => MetricSummary.Each([.. Origins.Select(origin => origin.Score.Metrics)], MetricSummary.Deviation);

    /// <summary>The mean metrics of those baselines that exist at every origin.</summary>
    public IReadOnlyList<NamedMetrics> Baselines =>
    [
        .. Origins[0].Score.Baselines.Where(rival => Origins.All(origin => origin.Score.Baselines.Any(other => other.Key == rival.Key)))
            .Select(rival => new NamedMetrics(
            rival.Key, rival.Name.Split(" (")[0],
            MetricSummary.Each([.. Origins.Select(origin => origin.Score.Baselines.First(other => other.Key == rival.Key).Metrics)], MetricSummary.Mean))),
    ];
}
