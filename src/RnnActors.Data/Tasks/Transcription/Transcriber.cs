using RnnActors.Core.Generation;
using RnnActors.Core.Problems;
using RnnActors.Data.Examples;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>Writes down what a network hears, on several threads.</summary>
internal sealed class Transcriber(FittedTranscripts fitted, TranscriptionDataSpec spec, string? languageModelPath, TrainedNetwork network)
{
    /// <returns>A transcript for each row, and the log probability of each.</returns>
    public (string[] Texts, double[] LogProbabilities) Transcribe(TranscriptRows rows)
    {
        float[][] outputs = network.OutputsEach(rows.Data);
        int classes = fitted.Symbols.Count;
        NGramModel? language = languageModelPath is { } path ? ReadLanguage(path) : null;
        CtcHypothesis[] found =
        [
            .. outputs.AsParallel().AsOrdered().WithDegreeOfParallelism(network.Threads).Select(logits => spec.BeamWidth == 1
                ? CtcDecoder.Greedy(logits, classes, FittedTranscripts.Blank)
                : CtcDecoder.Beam(logits, classes, FittedTranscripts.Blank, spec.BeamWidth, language: language)[0]),
        ];
        return ([.. found.Select(one => fitted.Decode(one.Labels))], [.. found.Select(one => one.LogProbability)]);
    }

    /// <summary>Lines with a symbol that no training transcript has say nothing about those that have.</summary>
    private NGramModel ReadLanguage(string path)
    {
        ExampleList lines = ExampleFile.ReadTexts(path, spec.LanguageModel!, spec.Format);
        int[][] symbols =
        [
            .. lines.Rows.Select(line => fitted.Cutter.Cut(line.Values[0].Trim()).ToArray()).Where(units => units.Length > 0 && units.All(fitted.Symbols.Contains))
                .Select(units => units.Select(fitted.Symbols.NumberOf).ToArray()),
        ];
        return symbols.Length > 0
            ? new NGramModel(symbols, fitted.Symbols.Count, FittedTranscripts.Blank, spec.LanguageWeight)
            : throw new InvalidInputException("no line of this text is written in the symbols of the transcripts", "Give a text of the same letters, in the same case", new SourceLocation(spec.LanguageModel!));
    }
}
