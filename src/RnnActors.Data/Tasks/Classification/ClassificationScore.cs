using System.Globalization;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Metrics;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>A classifier's metrics, compared with simple baselines on the same examples.</summary>
internal static class ClassificationScore
{
    private const int Mistakes = 5, MaxText = 90;

    public static IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new(MetricNames.Accuracy, "accuracy", IsHigherBetter: true),
        new(MetricNames.MacroF1, "macro F1", IsHigherBetter: true),
        new(MetricNames.Loss, "loss"),
        new(MetricNames.Precision, "precision", IsHigherBetter: true),
        new(MetricNames.Recall, "recall", IsHigherBetter: true),
        new(MetricNames.F1, "F1", IsHigherBetter: true),
        new(MetricNames.Support, "examples", IsHigherBetter: true),
    ];

    /// <param name="part">The examples to measure on.</param>
    /// <param name="name">The name of the part: <c>test</c>.</param>
    /// <param name="train">The examples for baselines to learn from; null if they are not available, so that only the majority class is compared.</param>
    public static Score Of(ClassificationPreparation preparation, TrainedNetwork network, LabelledRows part, string name, LabelledRows? train)
    {
        int classes = preparation.Labels.Count;
        float[] outputs = network.Outputs(part.Data);
        int[] predicted = [.. Enumerable.Range(0, part.Labels.Length).Select(row => Best(outputs.AsSpan(row * classes, classes)))];
        ClassMetrics metrics = ClassMetrics.Of(part.Labels, predicted, classes);
        return new Score($"{Figures.Count(part.Labels.Length)} {name} {preparation.Input.Noun}", network.Name, metrics.ToMetrics(), Columns)
        {
            Baselines = [.. Rivals(preparation, part, train)
                .Select(rival => new NamedMetrics(rival.Key, rival.Name, ClassMetrics.Of(part.Labels, rival.Predicted, classes).ToMetrics()))],
            Breakdown = [.. metrics.Present.Select(c => new NamedMetrics(preparation.Labels[c], preparation.Labels[c], metrics.ToMetrics(c)))],
            DecidingMetric = MetricNames.Accuracy,
            Advice = $"Try more dropout, a smaller network, or {(preparation.Input is SentenceInput ? "word vectors" : "more examples")}.",
            Heatmap = Confusion(preparation, metrics),
            Examples = WorstMistakes(preparation, part, outputs, predicted),
        };
    }

    /// <summary>The class of the largest output; the first of several.</summary>
    public static int Best(ReadOnlySpan<float> outputs)
    {
        int best = 0;
        for (int c = 1; c < outputs.Length; c++)
            if (outputs[c] > outputs[best]) best = c;
        return best;
    }

    /// <summary>The probability of a class: its softmax.</summary>
    public static double Probability(ReadOnlySpan<float> outputs, int c) => PortableMath.Exp(outputs[c] - Softmax.LogSumExp(outputs));

    private static IEnumerable<(string Key, string Name, int[] Predicted)> Rivals(ClassificationPreparation preparation, LabelledRows part, LabelledRows? train)
    {
        int majority = preparation.Majority;
        yield return ("majority", $"majority (always {preparation.Labels[majority]})", [.. part.Labels.Select(_ => majority)]);
        if (train is null) yield break;
        int classes = preparation.Labels.Count;
        if (train.Inputs.Tokens is { } tokens)
        {
            var bayes = new NaiveBayes(tokens, train.Inputs.Vocabulary, train.Labels, classes);
            yield return ("naive_bayes", $"naive Bayes (over {preparation.Input.CountedNoun})", [.. part.Inputs.Tokens!.Select(bayes.Predict)]);
        }
        else
        {
            var centroid = new NearestCentroid(train.Inputs.Values!, train.Labels, classes);
            yield return ("nearest_centroid", "nearest centroid (means and deviations over time)", [.. part.Inputs.Values!.Select(centroid.Predict)]);
        }
    }

    private static Heatmap Confusion(ClassificationPreparation preparation, ClassMetrics metrics)
    {
        int classes = metrics.Classes;
        double[,] counts = new double[classes, classes];
        for (int truth = 0; truth < classes; truth++)
            for (int predicted = 0; predicted < classes; predicted++) counts[truth, predicted] = metrics[truth, predicted];
        return new Heatmap("confusion", "confusion matrix", "truth", "predicted", preparation.Labels.Entries, preparation.Labels.Entries, counts,
            AreCounts: true);
    }

    /// <summary>A table of the wrong answers of which the network was most certain.</summary>
    private static TitledTable? WorstMistakes(ClassificationPreparation preparation, LabelledRows part, float[] outputs, int[] predicted)
    {
        int classes = preparation.Labels.Count;
        var wrong = Enumerable.Range(0, predicted.Length).Where(row => predicted[row] != part.Labels[row])
            .Select(row => (Row: row, Probability: Probability(outputs.AsSpan(row * classes, classes), predicted[row])))
            .OrderByDescending(mistake => mistake.Probability).ThenBy(mistake => mistake.Row).Take(Mistakes).ToArray();
        if (wrong.Length == 0) return null;
        IReadOnlyList<string>[] rows = [.. wrong.Select(mistake => MistakeRow(preparation, part, mistake.Row, predicted[mistake.Row], mistake.Probability))];
        return new TitledTable("The worst mistakes", new SummaryTable(["truth", "predicted", "sure", "where", "example"], rows) { LeftAligned = [1, 3, 4] });
    }

    private static string[] MistakeRow(ClassificationPreparation preparation, LabelledRows part, int row, int predicted, double probability)
    {
        Example example = part.Examples[row];
        return
        [
            preparation.Labels[part.Labels[row]], preparation.Labels[predicted], probability.ToString("P0", CultureInfo.InvariantCulture),
            (example.Where with { Path = Path.GetFileName(example.Where.Path) }).ToString(), Shortened(preparation.Input.Show(example)),
        ];
    }

    private static string Shortened(string text) => text.Length <= MaxText ? text : text[..(MaxText - 1)] + "…";
}
