using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Tasks.Forecasting;
using RnnActors.Data.Tasks.Tagging;
using RnnActors.Data.Tasks.Transcription;
using RnnActors.Data.Tasks.Translation;
using Xunit;

namespace RnnActors.Runs.Tests.Trained;

/// <summary>Whether records say what the table says, to the bit.</summary>
internal static class AnswerChecks
{
    public static void Same(PredictionTable table, IReadOnlyList<ClassificationAnswer> answers)
    {
        Assert.Equal(table.Columns[0].Cells, answers.Select(answer => answer.Example));
        Assert.Equal(table.Columns[1].Cells, answers.Select(answer => answer.Label));
        Assert.Equal(table["probability"].Numbers, answers.Select(answer => answer.Probability));
        Assert.Equal(table.Columns.Skip(3).Select(column => column.Name), answers[0].Probabilities.Keys.Select(label => $"p({label})"));
        foreach (string label in answers[0].Probabilities.Keys)
            Assert.Equal(table[$"p({label})"].Numbers, answers.Select(answer => answer.Probabilities[label]));
        Assert.All(answers, answer => Assert.Equal(answer.Probability, answer.Probabilities[answer.Label]));
    }

    public static void Same(PredictionTable table, IReadOnlyList<ForecastAnswer> answers)
    {
        Assert.Equal(table.Notes, answers[0].Notes);
        ForecastStep[] steps = [.. answers.SelectMany(answer => answer.Steps)];
        int at = 0;
        if (answers.Count > 1) Assert.Equal(table.Columns[at++].Cells, answers.SelectMany(answer => answer.Steps.Select(_ => answer.Series)));
        else Assert.Equal("", answers[0].Series);
        Assert.Equal(table.Columns[at++].Cells, steps.Select(step => step.Time.Label));
        Assert.All(steps, step => Assert.NotNull(step.Time.Date));
        foreach (string target in steps[0].Targets.Select(value => value.Target).ToArray())
        {
            Assert.Equal(target, table.Columns[at].Name);
            Assert.Equal(table.Columns[at++].Numbers, steps.Select(step => step[target].Value));
            for (int level = 0; level < steps[0][target].Intervals.Count; level++)
            {
                int own = level;
                ForecastInterval?[] intervals =
                    [.. steps.Select(step => step[target].Intervals is { Count: > 0 } known ? known[own] : (ForecastInterval?)null)];
                Assert.Equal($"{target}_lower{100 * intervals[0]!.Value.Level:0.#}", table.Columns[at].Name);
                Assert.Equal(table.Columns[at++].Numbers, intervals.Select(interval => interval?.Lower ?? double.NaN));
                Assert.Equal(table.Columns[at++].Numbers, intervals.Select(interval => interval?.Upper ?? double.NaN));
            }
        }

        Assert.Equal(at, table.Columns.Count);
        Assert.Throws<KeyNotFoundException>(() => steps[0]["nothing"]);
    }

    public static void Same(PredictionTable table, IReadOnlyList<TaggingAnswer> answers)
    {
        TaggedWord[] words = [.. answers.SelectMany(answer => answer.Words)];
        Assert.Equal(table["sentence"].Cells, answers.SelectMany((answer, i) => answer.Words.Select(_ => $"{i + 1}")));
        Assert.Equal(table["word"].Cells, words.Select(word => word.Word));
        Assert.Equal(table["tag"].Cells, words.Select(word => word.Tag));
        Assert.Equal(table["probability"].Numbers, words.Select(word => word.Probability));
    }

    public static void Same(PredictionTable table, IReadOnlyList<TranslationAnswer> answers)
    {
        Assert.Equal(table["source"].Cells, answers.Select(answer => answer.Source));
        Assert.Equal(table["translation"].Cells, answers.Select(answer => answer.Text));
        Assert.Equal(table["log_probability"].Numbers, answers.Select(answer => answer.LogProbability));
    }

    public static void Same(PredictionTable table, IReadOnlyList<TranscriptionAnswer> answers)
    {
        Assert.Equal(table["file"].Cells, answers.Select(answer => answer.Recording));
        Assert.Equal(table["transcript"].Cells, answers.Select(answer => answer.Text));
        Assert.Equal(table["log_probability"].Numbers, answers.Select(answer => answer.LogProbability));
    }
}
