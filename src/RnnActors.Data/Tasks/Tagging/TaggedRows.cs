using RnnActors.Core.Explanations;
using RnnActors.Core.Sequences;
using RnnActors.Data.Tasks.Classification;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.Tagging;

/// <summary>Sentences whose tags can be explained.</summary>
internal sealed class TaggedRows(FittedTags fitted, IReadOnlyList<IReadOnlyList<string>> sentences, IReadOnlyList<int[]> tags, SequenceDataset data,
    string part) : ExplainedRows(data, part)
{
    public override string CertaintyName => "mean probability of the tags";

    public override string Show(int row) => string.Join(' ', sentences[row]);

    public override IReadOnlyList<ExplainedInput> InputsOf(int row) =>
    [
        new("words", [.. sentences[row]], [""]),
        new("characters", [.. sentences[row].SelectMany(word => TextCutter.Characters.Cut(word).Append("·"))], [""]) { IsJoined = true },
    ];

    public override RowVerdict Judge(int row, ReadOnlySpan<float> outputs)
    {
        int classes = fitted.Tags.Count, words = outputs.Length / classes;
        double sum = 0;
        string[] best = new string[words];
        for (int word = 0; word < words; word++)
        {
            ReadOnlySpan<float> own = outputs.Slice(word * classes, classes);
            int tag = ClassificationScore.Best(own);
            best[word] = fitted.Tags[tag];
            sum += ClassificationScore.Probability(own, tag);
        }

        return new RowVerdict(string.Join(' ', best), HasTruth ? string.Join(' ', tags[row].Select(tag => fitted.Tags[tag])) : null, sum / words);
    }

    public override ExplainedExample Open(TrainedNetwork network, int row, ExplanationChoice choice)
    {
        Refuse(choice.Target, "--target", "a tagger");
        float[] outputs = OutputsOf(network, Data, row);
        int classes = fitted.Tags.Count, words = sentences[row].Count;
        double Probability(int word, int tag) => ClassificationScore.Probability(outputs.AsSpan(word * classes, classes), tag);
        int Best(int word) => ClassificationScore.Best(outputs.AsSpan(word * classes, classes));

        // By default, the word that surprises the network most; in a text without tags, the one of which it is least certain.
        int step = StepOf(choice, words, "words") ?? Enumerable.Range(0, words).MinBy(word => Probability(word, HasTruth ? tags[row][word] : Best(word)));
        int tag = choice.Class is { } name ? NumberOf(name, fitted.Tags.Entries, "--class", "tag") : Best(step);
        return new ExplainedExample(
            Data, row, Show(row), new RowVerdict(fitted.Tags[Best(step)], HasTruth ? fitted.Tags[tags[row][step]] : null, Probability(step, Best(step))),
            new LogOdds(step, tag),
            $"the log odds of {fitted.Tags[tag]} for word {step + 1}, \"{sentences[row][step]}\"", InputsOf(row), step);
    }
}
