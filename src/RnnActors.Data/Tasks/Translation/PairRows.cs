using RnnActors.Core.Explanations;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Objectives;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>Sentences whose translations by the network can be explained.</summary>
internal sealed class PairRows(FittedPairs pairs, TranslationDataSpec spec, (IReadOnlyList<Example> Pairs, SequenceDataset Data, string Name) measured)
    : ExplainedRows(measured.Data, measured.Name)
{
    public override string CertaintyName => "mean probability of the likeliest next unit, behind the true ones";

    public override string Show(int row) => measured.Pairs[row][PairFile.SourceField];

    public override IReadOnlyList<ExplainedInput> InputsOf(int row) => InputsOf(measured.Pairs[row]);

    public override RowVerdict Judge(int row, ReadOnlySpan<float> outputs)
    {
        int classes = pairs.Target.Count, steps = outputs.Length / classes;
        double sum = 0;
        List<string> likeliest = [];
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<float> own = outputs.Slice(t * classes, classes);
            int best = 0;
            for (int c = 1; c < classes; c++)
                if (own[c] > own[best]) best = c;
            sum += PortableMath.Exp(own[best] - Softmax.LogSumExp(own));
            if (best != pairs.EndToken) likeliest.Add(pairs.Target[best]);
        }

        return new RowVerdict(pairs.Cutter.Join(likeliest), HasTruth ? measured.Pairs[row][PairFile.TargetField] : null, sum / steps);
    }

    public override ExplainedExample Open(TrainedNetwork network, int row, ExplanationChoice choice)
    {
        Refuse(choice.Target, "--target", "a translator");
        Example given = measured.Pairs[row];
        Translated translated = new Translator(pairs, spec, network).Translate([(given[PairFile.SourceField], given.Where)])[0];
        string truth = given[PairFile.TargetField];
        Example own = new([PairFile.SourceField, PairFile.TargetField], [given[PairFile.SourceField], translated.Text], given.Where);
        RaggedDataset data = pairs.Encode([own]);
        int[] labels = pairs.EncodeTarget(translated.Text).Given;
        int? step = StepOf(choice, labels.Length, $"{pairs.Cutter.Name} in the translation, with its end");
        if (step is null) Refuse(choice.Class, "--class without --step", "a translator");
        OutputScalar scalar = new LogLikelihood(new SoftmaxCrossEntropy(), labels);
        string explained = "the log probability of the whole translation";
        if (step is { } at)
        {
            int token = choice.Class is { } name ? NumberOf(name, pairs.Target.Entries, "--class", "unit") : labels[at];
            (scalar, explained) = (new LogOdds(at, token), $"the log odds of \"{pairs.Cutter.Show(pairs.Target[token])}\" as unit {at + 1} of the translation");
        }

        return new ExplainedExample(
            data, 0, Show(row), new RowVerdict(translated.Text, HasTruth ? truth : null, PortableMath.Exp(translated.LogProbability)), scalar, explained,
            InputsOf(own), step)
        {
            Notes = ["The decoder reads the translation that the network itself wrote."],
        };
    }

    private IReadOnlyList<ExplainedInput> InputsOf(Example pair) =>
    [
        new("source", [.. pairs.Cutter.Cut(pair[PairFile.SourceField]).Select(pairs.Cutter.Show)], [""]) { IsJoined = pairs.Unit == Text.TextUnit.Characters },
        new("target", [FittedPairs.Begin, .. pairs.Cutter.Cut(pair[PairFile.TargetField]).Select(pairs.Cutter.Show)], [""])
        {
            IsJoined = pairs.Unit == Text.TextUnit.Characters,
        },
    ];
}
