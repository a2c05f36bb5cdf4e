using RnnActors.Core.Metrics;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Data.Wording;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Reports;

/// <summary>One of several trainings of a specification that a story covers together.</summary>
/// <param name="Name">Display name: <c>fold 1</c>, or the last row that it saw.</param>
public sealed record ComparedRun(string Name, string ParameterHash, Score Score);

/// <summary>The story of a backtest or a cross-validation: the means, each run's score, and the forecasts of all origins.</summary>
public static class SeveralRunsStory
{
    public static RunStory Of(BacktestReport report, string name, RunSpecification specification, string? command)
    {
        RunStory story = Of(
            $"{name}: backtest",
            $"Forecast from {Figures.Plural(report.Origins.Count, "origin")}, each from the rows up to its last one, as if no later one had come.", "origins",
            "Seen until",
            [.. report.Origins.Select(origin => new ComparedRun(origin.SeenUntil, origin.ParameterHash, origin.Score))], report.Mean, report.Deviation,
                report.Baselines, specification, command);
        Score first = report.Origins[0].Score;
        return story with
        {
            Pictures = ScorePictures.Of(new Score(first.Rows, first.Network, report.Mean, first.Columns) { Series = JoinedSeries.Of(report) }),
        };
    }

    /// <param name="folds">The folds' reports, in order.</param>
    public static RunStory Of(
        IReadOnlyList<RunReport> folds, MetricList mean, MetricList deviation, IReadOnlyList<NamedMetrics> baselines, string name,
        RunSpecification specification, string? command)
    {
        RunStory story = Of(
            $"{name}: {folds.Count} folds", $"Train {folds.Count} times, each tested on examples that it was not trained on.", "folds", "Fold",
            [.. folds.Select((fold, i) => new ComparedRun($"fold {i + 1}", fold.ParameterHash, fold.Score!))],
            mean, deviation, baselines, specification, command);
        return story with
        {
            Pictures = folds[^1].Score is { } last
                ? [.. ScorePictures.Of(last).Select(picture => picture with { Title = $"{picture.Title}, in the last fold" })]
                : [],
        };
    }

    private static RunStory Of(
        string name, string question, string key, string title, IReadOnlyList<ComparedRun> runs, MetricList mean, MetricList deviation,
        IReadOnlyList<NamedMetrics> baselines,
        RunSpecification specification, string? command)
    {
        Score first = runs[0].Score;
        var whole = new Score($"{Figures.Plural(runs.Count, key[..^1])} of {first.Rows} each", $"{first.Network}, mean", mean, first.Columns)
        {
            Baselines = baselines,
            DecidingMetric = first.DecidingMetric,
        };
        StoryScore score = StoryScore.Of(whole);
        double[] Row(MetricList metrics) => [.. score.Columns.Select(column => metrics.TryGet(column.Key, out double value) ? value : double.NaN)];
        List<StoryLine> lines = [.. runs.Take(StoryScore.MaxParts).Select(run => new StoryLine(run.Name, Row(run.Score.Metrics)))];
        if (runs.Count > 1) lines.Add(new StoryLine("deviation", Row(deviation)));
        NamedMetrics? rival = whole.BestBaseline;
        string? deciding = whole.DecidingMetric;
        return new RunStory(name, specification.Task.Name)
        {
            Question = question,
            Facts = [new("each run", $"{specification.Task.Noun}, which {specification.Task.Purpose}"),
            new("training", $"{Figures.Plural(specification.Training.Epochs, "epoch")}, seed {specification.Training.Seed}")],
            Specification = specification.ToJson(),
            Commands = command is null ? [] : [command],
            Updated = DateTimeOffset.UtcNow,
            Score = score with { Groups = [new StoryGroup(key, title, score.Columns, lines) { Count = lines.Count }] },
            Verdict = VerdictRules.Of(new VerdictFacts(
                deciding is null ? "" : $"{whole.Column(deciding).Title}, the mean of {runs.Count},", deciding is null ? null : mean[deciding], rival?.Name,
                rival?.Metrics[deciding!],
                deciding is not null && whole.Column(deciding).IsHigherBetter, [], [], KeepsBest: false, first.Advice)
            {
                TellsFit = false,
            }),
            Hashes = [.. runs.Select(run => new StoryFact(run.Name, run.ParameterHash))],
        };
    }
}
