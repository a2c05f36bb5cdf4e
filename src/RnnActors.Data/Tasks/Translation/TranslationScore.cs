using RnnActors.Core.Metrics;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>A translator's BLEU and chrF, compared with the nearest training sentence's translation.</summary>
internal static class TranslationScore
{
    private const int Shown = 5, MaxPictured = 12, MaxPictures = 3;

    public static IReadOnlyList<MetricColumn> Columns { get; } =
    [
        new(MetricNames.Bleu, "BLEU", IsHigherBetter: true), new(MetricNames.ChrF, "chrF", IsHigherBetter: true), new(MetricNames.Perplexity, "perplexity"),
    ];

    /// <param name="examples">The pairs to measure on; all translations of a sentence are its references.</param>
    /// <param name="data">The pairs, encoded for the network.</param>
    /// <param name="name">The name of the part: <c>test</c>.</param>
    /// <param name="train">The pairs for the baseline to search; null if they are not available.</param>
    public static Score Of(
        FittedPairs pairs, TranslationDataSpec spec, TrainedNetwork network, IReadOnlyList<Example> examples, SequenceDataset data, string name,
        IReadOnlyList<Example>? train)
    {
        var sentences = examples.GroupBy(pair => pair[PairFile.SourceField], StringComparer.Ordinal)
            .Select(group => (Source: group.Key, group.First().Where,
                References: group.Select(pair => pair[PairFile.TargetField]).Distinct(StringComparer.Ordinal).ToArray())).ToArray();
        Translated[] translated = new Translator(pairs, spec, network).Translate([.. sentences.Select(sentence => (sentence.Source, sentence.Where))]);
        string[][] references = [.. sentences.Select(sentence => sentence.References)];
        MetricList metrics = Compare([.. translated.Select(one => one.Text)], references)
            .With(MetricNames.Perplexity, LabelMetrics.Perplexity(network.Loss(data).Mean));
        List<NamedMetrics> rivals = [];
        if (train is not null)
        {
            var nearest = new NearestSentence(train.Select(pair => (pair[PairFile.SourceField], pair[PairFile.TargetField])), pairs.Cutter);
            string[] found = [.. sentences.AsParallel().AsOrdered().Select(sentence => nearest.Translate(sentence.Source))];
            rivals.Add(new NamedMetrics("nearest_sentence", "nearest sentence (of the training part)", Compare(found, references)));
        }

        Heatmap[] pictures = [.. Pictures(translated)];
        return new Score($"{Figures.Plural(sentences.Length, "sentence")} of the {name} pairs", network.Name, metrics, Columns)
        {
            Baselines = rivals,
            DecidingMetric = MetricNames.Bleu,
            Advice = "Try more epochs, more pairs, or a larger network.",
            Heatmap = pictures.Length > 0 ? pictures[0] : null,
            MoreHeatmaps = [.. pictures.Skip(1)],
            Examples = Worst(sentences, translated),
        };
    }

    private static MetricList Compare(string[] hypotheses, string[][] references)
    {
        var bleu = new Bleu();
        var chrF = new ChrF();
        for (int i = 0; i < hypotheses.Length; i++)
        {
            bleu.Add(hypotheses[i], references[i]);
            chrF.Add(hypotheses[i], references[i]);
        }

        return new(new(MetricNames.Bleu, bleu.Score()), new(MetricNames.ChrF, chrF.Score()));
    }

    /// <summary>Attention heatmaps of the longest sentences that fit into a picture, one of each length.</summary>
    public static IEnumerable<Heatmap> Pictures(IReadOnlyList<Translated> translated) => translated
        .Where(one => one.Attention.Count > 0 && one.Units.Count <= MaxPictured && one.SourceUnits.Count <= MaxPictured)
        .GroupBy(one => one.SourceUnits.Count).OrderByDescending(group => group.Key).Take(MaxPictures).Select(group => Picture(group.First()));

    private static Heatmap Picture(Translated shown)
    {
        double[,] weights = new double[shown.Attention.Count, shown.SourceUnits.Count];
        for (int i = 0; i < weights.GetLength(0); i++)
            for (int j = 0; j < weights.GetLength(1); j++) weights[i, j] = shown.Attention[i][j];
        return new Heatmap("attention", "what each word of the translation looks at", "translation", "source", shown.Units, shown.SourceUnits, weights,
            AreCounts: false)
        {
            Meaning = "Each row sums to 1. The encoder has read the whole sentence at its last sign, so a full stop may stand for all of it.",
        };
    }

    /// <summary>A table of the translations with the lowest chrF against their references.</summary>
    private static TitledTable Worst((string Source, SourceLocation Where, string[] References)[] sentences, Translated[] translated)
    {
        double Quality(int i)
        {
            var chrF = new ChrF();
            chrF.Add(translated[i].Text, sentences[i].References);
            return chrF.Score();
        }

        var worst = Enumerable.Range(0, sentences.Length).Select(i => (Sentence: i, Quality: Quality(i))).OrderBy(one => one.Quality)
            .ThenBy(one => one.Sentence).Take(Shown);
        return new TitledTable("The worst translations", new SummaryTable(
            ["source", "translation", "reference", "chrF"],
            [.. worst.Select(one =>
                (string[])[sentences[one.Sentence].Source, translated[one.Sentence].Text, sentences[one.Sentence].References[0], Figures.Number(one.Quality)])])
        { LeftAligned = [1, 2] });
    }
}
