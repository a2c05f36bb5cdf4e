using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks;

namespace RnnActors.Runs.Reports;

/// <summary>A forecast from one origin.</summary>
/// <param name="SeenUntil">The last row that training and forecast saw, as people call it.</param>
/// <param name="DataHash">Of what they saw: that of a file which ends there.</param>
/// <param name="Score">On the rows behind it.</param>
public sealed record OriginReport(string SeenUntil, string DataHash, string ParameterHash, Score Score);

/// <summary>What all origins reached.</summary>
/// <param name="Origins">In order of time.</param>
public sealed record BacktestReport(IReadOnlyList<OriginReport> Origins)
{
    /// <summary>Of each metric that all origins have.</summary>
    public MetricList Mean => MetricSummary.Each([.. Origins.Select(origin => origin.Score.Metrics)], MetricSummary.Mean);

    /// <summary>With divisor K - 1; 0 for one origin.</summary>
    public MetricList Deviation => MetricSummary.Each([.. Origins.Select(origin => origin.Score.Metrics)], MetricSummary.Deviation);

    /// <summary>The means of the rivals that could be made at every origin.</summary>
    public IReadOnlyList<NamedMetrics> Baselines =>
    [
        .. Origins[0].Score.Baselines.Where(rival => Origins.All(origin => origin.Score.Baselines.Any(other => other.Key == rival.Key)))
            .Select(rival => new NamedMetrics(
            rival.Key, rival.Name.Split(" (")[0],
            MetricSummary.Each([.. Origins.Select(origin => origin.Score.Baselines.First(other => other.Key == rival.Key).Metrics)], MetricSummary.Mean))),
    ];
}
