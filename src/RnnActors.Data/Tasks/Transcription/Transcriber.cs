using RnnActors.Core.Generation;
using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Sound;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>Transcribes recordings, on several threads.</summary>
internal sealed class Transcriber(FittedTranscripts fitted, TranscriptionDataSpec spec, string? languageModelPath, TrainedNetwork network)
{
    /// <returns>The transcription of each row, with its log probability.</returns>
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

    /// <summary>A row with its transcription and the frames of its units.</summary>
    /// <param name="heard">The transcription.</param>
    public TranscribedRecording Listen(TranscriptRows rows, int row, string heard)
    {
        int classes = fitted.Symbols.Count;
        float[] logits = network.OutputsEach(RaggedDataset.CreateAligned([rows.Features[row]], [rows.Labels[row]], classes))[0];
        List<TranscribedUnit> units = [];
        int before = FittedTranscripts.Blank, frames = rows.Features[row].GetLength(0), outputs = logits.Length / classes;
        for (int at = 0; at < outputs; at++)
        {
            ReadOnlySpan<float> frame = logits.AsSpan(at * classes, classes);
            int best = 0;
            for (int c = 1; c < classes; c++)
                if (frame[c] > frame[best]) best = c;
            if (best != FittedTranscripts.Blank && best != before) units.Add(new TranscribedUnit(fitted.Symbols[best], (int)((long)at * frames / outputs)));
            before = best;
        }

        // Mel energies, also if the network reads their cosine transform, which would be meaningless in a picture.
        FeatureSpec bands = fitted.Features.Spec with { Mfcc = 0, Deltas = 0 };
        Utterance utterance = rows.Utterances[row];
        float[,] energies = new FeatureExtractor(bands, fitted.Features.Rate).Of(utterance.Recording);
        return new TranscribedRecording(utterance.Name, utterance.Text, heard, energies, bands.Hop / 1000, units);
    }

    /// <summary>Builds the language model. Lines with a symbol that no training transcript has are skipped.</summary>
    private NGramModel ReadLanguage(string path)
    {
        ExampleList lines = ExampleFile.ReadTexts(path, spec.LanguageModel!, spec.Format);
        int[][] symbols =
        [
            .. lines.Rows.Select(line => fitted.Cutter.Cut(line.Values[0].Trim()).ToArray())
                .Where(units => units.Length > 0 && units.All(fitted.Symbols.Contains))
                .Select(units => units.Select(fitted.Symbols.NumberOf).ToArray()),
        ];
        return symbols.Length > 0
            ? new NGramModel(symbols, fitted.Symbols.Count, FittedTranscripts.Blank, spec.LanguageWeight)
            : throw new InvalidInputException("no line of this text is written in the symbols of the transcripts",
                "Give a text of the same letters, in the same case", new SourceLocation(spec.LanguageModel!));
    }
}
