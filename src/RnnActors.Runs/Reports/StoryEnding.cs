using RnnActors.Core.Training;
using RnnActors.Data.Tasks;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Reports;

/// <summary>Adds the results to the story of a run.</summary>
public static class StoryEnding
{
    /// <param name="losses">The losses of the whole run.</param>
    public static RunStory Of(RunStory story, RunReport report, LossHistory losses)
    {
        StoryResult? before = story.Result;
        bool isNew = report.Steps > 0;
        var result = new StoryResult(
            report.ParameterHash, report.IsBest, report.Progress.Stopped, report.Progress.BestStep, report.Progress.BestLoss,
            (before?.Seconds ?? 0) + report.Seconds, isNew ? report.TokensPerSecond : before?.TokensPerSecond ?? 0, report.Model.Layout.Count,
            report.Checkpoint ?? before?.Checkpoint);
        story = story with
        {
            Result = result,
            Progress = story.Progress with { Step = report.Progress.Step, Epoch = report.Progress.Epoch },
            Next = [.. report.Next.Select(next => new StoryFact(next.Purpose, string.Join(' ', next.Arguments)))],
        };
        return Scored(story, report.Score, [.. losses.Epochs], report.Specification.Training);
    }

    /// <summary>The same story with another score.</summary>
    public static RunStory Scored(RunStory story, Score? score, IReadOnlyList<EpochLoss> losses, TrainingSpec training)
    {
        string? deciding = score?.DecidingMetric;
        NamedMetrics? rival = score?.BestBaseline;
        var facts = new VerdictFacts(
            deciding is null ? "" : score!.Column(deciding).Title, deciding is null ? null : score!.Metrics[deciding],
            rival is null ? null : ShortName.Of(rival.Name),
            rival?.Metrics[deciding!], deciding is not null && score!.Column(deciding).IsHigherBetter, [.. losses.Select(epoch => epoch.Training)],
            [.. losses.Select(epoch => epoch.Validation ?? double.NaN)], training.EarlyStopping is not null, score?.Advice);
        return story with
        {
            Score = score is null ? null : StoryScore.Of(score),
            Verdict = VerdictRules.Of(facts),
            Pictures = score is null ? [] : ScorePictures.Of(score),
            Notes = [.. story.Notes, .. (score?.Notes ?? []).Except(story.Notes)],
        };
    }
}
