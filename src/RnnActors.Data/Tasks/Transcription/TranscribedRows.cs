using RnnActors.Core.Explanations;
using RnnActors.Core.Generation;
using RnnActors.Core.Kernels.Functions;
using RnnActors.Core.Objectives;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>Recordings whose transcriptions, decoded without a language model, can be explained.</summary>
internal sealed class TranscribedRows(FittedTranscripts fitted, TranscriptRows rows, string part) : ExplainedRows(rows.Data, part)
{
    public override string CertaintyName => "mean probability of the likeliest symbol of a frame";

    public override string Show(int row) => rows.Utterances[row].Name;

    public override IReadOnlyList<ExplainedInput> InputsOf(int row) =>
        [new("sound", [.. Enumerable.Range(0, Data.LengthOf(row)).Select(fitted.Features.Spec.TimeOf)], fitted.Features.Spec.FeatureNames)];

    public override RowVerdict Judge(int row, ReadOnlySpan<float> outputs)
    {
        int classes = fitted.Symbols.Count, frames = outputs.Length / classes;
        double sum = 0;
        for (int t = 0; t < frames; t++)
        {
            ReadOnlySpan<float> own = outputs.Slice(t * classes, classes);
            sum += PortableMath.Exp(own[BestOf(own)] - Softmax.LogSumExp(own));
        }

        return new RowVerdict(fitted.Decode(CtcDecoder.Greedy(outputs.ToArray(), classes, FittedTranscripts.Blank).Labels), rows.Utterances[row].Text,
            sum / frames);
    }

    public override ExplainedExample Open(TrainedNetwork network, int row, ExplanationChoice choice)
    {
        Refuse(choice.Target, "--target", "a transcriber");
        float[] outputs = OutputsOf(network, Data, row);
        int classes = fitted.Symbols.Count;
        int? frame = StepOf(choice, outputs.Length / classes, "frames");
        if (frame is null) Refuse(choice.Class, "--class without --step", "a transcriber");
        CtcHypothesis heard = CtcDecoder.Greedy(outputs, classes, FittedTranscripts.Blank);
        OutputScalar scalar = new LogLikelihood(new Ctc(FittedTranscripts.Blank) { Reduction = CtcReduction.Sum }, [.. heard.Labels]);
        string explained = "the log likelihood of what is heard, over all alignments";
        if (frame is { } t)
        {
            int symbol = choice.Class is { } name ? NumberOf(name, fitted.Symbols.Entries, "--class", "symbol") : BestOf(outputs.AsSpan(t * classes, classes));
            (scalar, explained) = (new LogOdds(t, symbol), $"the log odds of {fitted.Symbols[symbol]} at {fitted.Features.Spec.TimeOf(t)}");
        }

        return new ExplainedExample(Data, row, Show(row), Judge(row, outputs), scalar, explained, InputsOf(row), frame);
    }

    private static int BestOf(ReadOnlySpan<float> outputs)
    {
        int best = 0;
        for (int c = 1; c < outputs.Length; c++)
            if (outputs[c] > outputs[best]) best = c;
        return best;
    }
}
