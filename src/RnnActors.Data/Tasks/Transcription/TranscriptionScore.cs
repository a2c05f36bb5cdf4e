using RnnActors.Core.Metrics;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>A transcriber's error rates, compared with those of the nearest training recording.</summary>
internal static class TranscriptionScore
{
    private const int Mistakes = 5;

    public static IReadOnlyList<MetricColumn> Columns { get; } =
        [new(MetricNames.CharacterErrorRate, "CER"), new(MetricNames.WordErrorRate, "WER"), new(MetricNames.Accuracy, "all right", IsHigherBetter: true)];

    /// <param name="name">The name of the part: <c>test</c>.</param>
    /// <param name="train">The utterances for the baseline to search; null if they are not available.</param>
    public static Score Of(Transcriber transcriber, TrainedNetwork network, TranscriptRows rows, string name, TranscriptRows? train)
    {
        string[] truth = [.. rows.Utterances.Select(utterance => utterance.Text)], heard = transcriber.Transcribe(rows).Texts;
        List<NamedMetrics> rivals = [];
        if (train is not null)
        {
            var nearest = new NearestCentroid(train.Features, [.. Enumerable.Range(0, train.Features.Length)], train.Features.Length);
            string[] found = [.. rows.Features.AsParallel().AsOrdered().Select(features => train.Utterances[nearest.Predict(features)].Text)];
            rivals.Add(new NamedMetrics("nearest_recording", "nearest recording (of the training part)", Compare(truth, found)));
        }

        return new Score($"{Figures.Plural(rows.Utterances.Count, "recording")} of the {name} part", network.Name, Compare(truth, heard), Columns)
        {
            Baselines = rivals,
            DecidingMetric = MetricNames.CharacterErrorRate,
            Advice = "Try more epochs, more copies, or a larger network.",
            Examples = Worst(rows, truth, heard),
            Heatmap = Confusions(truth, heard),
            Recordings = () => [.. Shown(truth, heard).Select(row => transcriber.Listen(rows, row, heard[row]))],
        };
    }

    private static MetricList Compare(string[] truth, string[] heard)
    {
        var rates = new ErrorRates();
        for (int i = 0; i < truth.Length; i++) rates.Add(truth[i], heard[i]);
        double right = (double)truth.Zip(heard).Count(pair => pair.First == pair.Second) / truth.Length;
        return new(new(MetricNames.CharacterErrorRate, rates.CharacterErrorRate), new(MetricNames.WordErrorRate, rates.WordErrorRate),
            new(MetricNames.Accuracy, right));
    }

    /// <summary>A confusion matrix of characters, by the alignment with the fewest edits; "–" for deletions and insertions.</summary>
    private static Heatmap Confusions(string[] truth, string[] heard)
    {
        const string None = "–";
        Dictionary<(string, string), int> counts = [];
        for (int i = 0; i < truth.Length; i++)
        {
            foreach (AlignedUnit unit in EditAlignment.Of(ErrorRates.CharactersOf(truth[i]), ErrorRates.CharactersOf(heard[i])))
            {
                var pair = (unit.Reference ?? None, unit.Hypothesis ?? None);
                counts[pair] = counts.GetValueOrDefault(pair) + 1;
            }
        }

        string[] names = [.. counts.Keys.SelectMany(pair => (string[])[pair.Item1, pair.Item2]).Distinct().Order(StringComparer.Ordinal)];
        double[,] values = new double[names.Length, names.Length];
        foreach (((string spoken, string written) pair, int count) in counts)
            values[Array.IndexOf(names, pair.spoken), Array.IndexOf(names, pair.written)] = count;
        string[] shown = [.. names.Select(name => string.IsNullOrWhiteSpace(name) ? "space" : name)];
        return new Heatmap("confusion", "what was heard for each character", "said", "heard", shown, shown, values, AreCounts: true);
    }

    /// <summary>The longest correct transcription, and the first wrong one.</summary>
    private static IEnumerable<int> Shown(string[] truth, string[] heard)
    {
        int[] all = [.. Enumerable.Range(0, truth.Length)], right = Array.FindAll(all, i => truth[i] == heard[i]),
            wrong = Array.FindAll(all, i => truth[i] != heard[i]);
        return [.. right.OrderByDescending(i => truth[i].Length).Take(1), .. wrong.Take(1)];
    }

    private static TitledTable? Worst(TranscriptRows rows, string[] truth, string[] heard)
    {
        int Edits(int i) => EditAlignment.Distance(ErrorRates.CharactersOf(truth[i]), ErrorRates.CharactersOf(heard[i]));
        int[] worst = [.. Enumerable.Range(0, truth.Length).Where(i => truth[i] != heard[i])
            .OrderByDescending(i => (double)Edits(i) / Math.Max(1, truth[i].Length)).ThenBy(i => i).Take(Mistakes)];
        if (worst.Length == 0) return null;
        IReadOnlyList<string>[] lines = [.. worst.Select(i => (string[])[truth[i], heard[i], $"{Edits(i)}", rows.Utterances[i].Name])];
        return new TitledTable("The worst mistakes", new SummaryTable(["said", "heard", "edits", "recording"], lines) { LeftAligned = [1, 3] });
    }
}
