using System.Globalization;
using RnnActors.Core.Metrics;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Tagging;

/// <summary>A tagger's metrics, compared with each word's most frequent tag.</summary>
internal static class TaggingScore
{
    private const int Mistakes = 5, Around = 3;

    public static IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new(MetricNames.Accuracy, "accuracy", IsHigherBetter: true), new(MetricNames.RareAccuracy, "of rare and new words", IsHigherBetter: true),
        new(MetricNames.SpanF1, "span F1", IsHigherBetter: true), new(MetricNames.MacroF1, "macro F1", IsHigherBetter: true),
        .. ClassificationScore.Columns.Skip(3),
    ];

    /// <param name="name">The name of the part: <c>test</c>.</param>
    /// <param name="train">The sentences for the baseline to count in; null if they are not available.</param>
    public static Score Of(FittedTags fitted, TrainedNetwork network, IReadOnlyList<TaggedSentence> sentences, RaggedDataset data, string name,
        IReadOnlyList<TaggedSentence>? train)
    {
        int[][] truth = [.. sentences.Select(fitted.EncodeTags)];
        (int[][] predicted, double[][] sureness) = Answer(network, data, fitted.Tags.Count);
        List<NamedMetrics> rivals = [];
        if (train is not null)
        {
            var frequent = new FrequentTag(fitted, train);
            rivals.Add(new NamedMetrics("most_frequent_tag", "most frequent tag (of the word)",
                Metrics(fitted, sentences, truth, [.. sentences.Select(frequent.Predict)])));
        }

        ClassMetrics classes = Classes(fitted, truth, predicted);
        return new Score($"{Figures.Count(truth.Sum(tags => tags.Length))} words in {Figures.Plural(sentences.Count, $"{name} sentence")}", network.Name,
            Metrics(fitted, sentences, truth, predicted), Columns)
        {
            Baselines = rivals,
            Breakdown = [.. classes.Present.Select(tag => new NamedMetrics(fitted.Tags[tag], fitted.Tags[tag], classes.ToMetrics(tag)))],
            DecidingMetric = SpanMetrics.AreSpans(fitted.Tags.Entries) ? MetricNames.SpanF1 : MetricNames.Accuracy,
            Advice = "Try more epochs, more dropout, or more sentences.",
            Heatmap = Confusion(fitted, classes),
            Examples = Worst(fitted, sentences, truth, predicted, sureness),
        };
    }

    /// <summary>The most probable tag of each word, with its probability.</summary>
    public static (int[][] Tags, double[][] Probabilities) Answer(TrainedNetwork network, RaggedDataset data, int tags)
    {
        float[][] outputs = network.OutputsEach(data);
        int[][] best = [.. outputs.Select(row =>
            Enumerable.Range(0, row.Length / tags).Select(word => ClassificationScore.Best(row.AsSpan(word * tags, tags))).ToArray())];
        return (best, [.. outputs.Zip(best,
            (row, chosen) => chosen.Select((tag, word) => ClassificationScore.Probability(row.AsSpan(word * tags, tags), tag)).ToArray())]);
    }

    private static MetricList Metrics(FittedTags fitted, IReadOnlyList<TaggedSentence> sentences, int[][] truth, int[][] predicted)
    {
        ClassMetrics classes = Classes(fitted, truth, predicted);
        long unknown = 0, right = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            for (int word = 0; word < truth[i].Length; word++)
            {
                if (fitted.Knows(sentences[i].Words[word])) continue;
                unknown++;
                if (truth[i][word] == predicted[i][word]) right++;
            }
        }

        MetricList metrics = new(new KeyValuePair<string, double>(MetricNames.Accuracy, classes.Accuracy));
        if (unknown > 0) metrics = metrics.With(MetricNames.RareAccuracy, (double)right / unknown);
        if (!SpanMetrics.AreSpans(fitted.Tags.Entries)) return metrics.With(MetricNames.MacroF1, classes.MacroF1);
        var spans = new SpanMetrics();
        for (int i = 0; i < truth.Length; i++) spans.Add([.. truth[i].Select(tag => fitted.Tags[tag])], [.. predicted[i].Select(tag => fitted.Tags[tag])]);
        return metrics.With(MetricNames.SpanF1, spans.Micro[MetricNames.F1]);
    }

    private static ClassMetrics Classes(FittedTags fitted, int[][] truth, int[][] predicted) =>
        ClassMetrics.Of(truth.SelectMany(tags => tags).ToArray(), predicted.SelectMany(tags => tags).ToArray(), fitted.Tags.Count);

    private static Heatmap Confusion(FittedTags fitted, ClassMetrics metrics)
    {
        int[] present = [.. metrics.Present];
        string[] names = [.. present.Select(tag => fitted.Tags[tag])];
        double[,] counts = new double[present.Length, present.Length];
        for (int i = 0; i < present.Length; i++)
            for (int j = 0; j < present.Length; j++) counts[i, j] = metrics[present[i], present[j]];
        return new Heatmap("confusion", "confusion matrix", "truth", "predicted", names, names, counts, AreCounts: true);
    }

    /// <summary>A table of the wrong tags of which the network was most certain, with the neighbouring words.</summary>
    private static TitledTable? Worst(FittedTags fitted, IReadOnlyList<TaggedSentence> sentences, int[][] truth, int[][] predicted, double[][] sureness)
    {
        var wrong = Enumerable.Range(0, truth.Length)
            .SelectMany(i => Enumerable.Range(0, truth[i].Length).Where(word => truth[i][word] != predicted[i][word]).Select(word => (Sentence: i, Word: word)))
            .OrderByDescending(place => sureness[place.Sentence][place.Word]).Take(Mistakes).ToArray();
        if (wrong.Length == 0) return null;
        IReadOnlyList<string>[] rows =
        [
            .. wrong.Select(place => (string[])
            [
                sentences[place.Sentence].Words[place.Word], fitted.Tags[truth[place.Sentence][place.Word]], fitted.Tags[predicted[place.Sentence][place.Word]],
                sureness[place.Sentence][place.Word].ToString("P0", CultureInfo.InvariantCulture),
                $"{Path.GetFileName(sentences[place.Sentence].Where.Path)}:{sentences[place.Sentence].Lines[place.Word]}",
                string.Join(' ', sentences[place.Sentence].Words.Skip(place.Word - Around).Take((2 * Around) + 1)),
            ]),
        ];
        return new TitledTable("The worst mistakes",
            new SummaryTable(["word", "truth", "predicted", "sure", "where", "in"], rows) { LeftAligned = [1, 2, 4, 5] });
    }
}
