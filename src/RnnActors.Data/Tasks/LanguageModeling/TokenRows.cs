using RnnActors.Core.Explanations;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Text;

namespace RnnActors.Data.Tasks.LanguageModeling;

/// <summary>Passages of a text whose next token can be explained.</summary>
internal sealed class TokenRows(TextVocabulary vocabulary, SequenceDataset data, string part) : ExplainedRows(data, part)
{
    private readonly bool _isJoined = vocabulary.Unit is TextUnit.Characters or TextUnit.Bytes;

    public override string CertaintyName => $"mean probability of the likeliest next {vocabulary.UnitName}";

    public override string Show(int row) => string.Join(_isJoined ? "" : " ", InputsOf(row)[0].Steps);

    public override IReadOnlyList<ExplainedInput> InputsOf(int row) =>
        [new("text", [.. ExampleInput.Read(Data, row)[0].Tokens.Select(Show1)], [""]) { IsJoined = _isJoined }];

    public override RowVerdict Judge(int row, ReadOnlySpan<float> outputs)
    {
        int classes = vocabulary.Count, steps = outputs.Length / classes;
        double sum = 0;
        for (int t = 0; t < steps; t++)
        {
            ReadOnlySpan<float> own = outputs.Slice(t * classes, classes);
            sum += Probability(own, Best(own));
        }

        return new RowVerdict(Show1(Best(outputs[^classes..])), HasTruth ? Show1(LabelsOf(row)[^1]) : null, sum / steps);
    }

    public override ExplainedExample Open(TrainedNetwork network, int row, ExplanationChoice choice)
    {
        Refuse(choice.Target, "--target", "a language model");
        int steps = Data.Steps, classes = vocabulary.Count, step = StepOf(choice, steps, vocabulary.UnitName) ?? steps - 1;
        float[] outputs = OutputsOf(network, Data, row);
        float[] own = outputs[(step * classes)..((step + 1) * classes)];
        int token = Best(own);
        if (choice.Class is { } wanted)
        {
            int[] tokens = vocabulary.EncodeText(wanted);
            if (tokens.Length != 1 || tokens[0] == vocabulary.Unknown)
                throw new InvalidInputException($"--class is \"{wanted}\", which is not one of the {classes} {vocabulary.UnitName} of this run",
                    $"Give one of them");
            token = tokens[0];
        }

        string? truth = HasTruth || step < steps - 1 ? Show1(LabelsOf(row)[step]) : null;
        return new ExplainedExample(
            Data, row, Show(row), new RowVerdict(Show1(Best(own)), truth, Probability(own, Best(own))), new LogOdds(step, token),
            $"the log odds of \"{Show1(token)}\" behind \"{InputsOf(row)[0].Steps[step]}\" (step {step + 1})", InputsOf(row), step)
        {
            Notes = ["The text before the piece is not read: the network begins with zeros."],
        };
    }

    private string Show1(int token) => token == vocabulary.Unknown
        ? "<unk>"
        : vocabulary.Decode([token]) switch
        {
            "\n" => "↵",
            " " => "␣",
            "\t" => "⇥",
            var text when _isJoined => text,
            var text => text.Trim() is { Length: > 0 } trimmed ? trimmed : "↵",
        };

    private int[] LabelsOf(int row)
    {
        var batch = Data.CreateBatch(1);
        Data.Read([row], batch);
        return batch.Labels.ToArray();
    }

    private static double Probability(ReadOnlySpan<float> outputs, int c) => PortableMath.Exp(outputs[c] - Softmax.LogSumExp(outputs));

    private static int Best(ReadOnlySpan<float> outputs)
    {
        int best = 0;
        for (int c = 1; c < outputs.Length; c++)
            if (outputs[c] > outputs[best]) best = c;
        return best;
    }
}
