using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Sound;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>Utterances with the network's inputs and targets.</summary>
internal sealed record TranscriptRows(IReadOnlyList<Utterance> Utterances, float[][,] Features, int[][] Labels, RaggedDataset Data)
{
    /// <param name="augment">Augmented copies, which follow the utterances; null for none.</param>
    /// <returns>Null if there are no utterances.</returns>
    /// <exception cref="InvalidInputException">A transcript has an unknown symbol, or is too long for the frames of its recording.</exception>
    public static TranscriptRows? Of(FittedTranscripts fitted, IReadOnlyList<Utterance> utterances, AugmentSpec? augment)
    {
        if (utterances.Count == 0) return null;
        var extractor = new FeatureExtractor(fitted.Features.Spec, fitted.Features.Rate);
        int copies = 1 + (augment?.Copies ?? 0);
        int[][] own = [.. utterances.Select(fitted.Encode)];
        float[][,] features = [.. Enumerable.Range(0, copies * utterances.Count).AsParallel().AsOrdered().Select(row =>
        {
            (int utterance, int copy) = (row % utterances.Count, row / utterances.Count);
            if (copy == 0) return fitted.Features.Of(extractor, utterances[utterance].Recording);
            var change = new Augmentation(augment!, utterance, copy);
            float[,] changed = fitted.Features.Of(extractor, change.Change(utterances[utterance].Recording));
            change.Mask(changed);
            return changed;
        })];
        int[][] labels = [.. Enumerable.Range(0, features.Length).Select(row => own[row % utterances.Count])];
        for (int row = 0; row < features.Length; row++) RefuseUnreachable(utterances[row % utterances.Count], labels[row], features[row].GetLength(0));
        return new TranscriptRows(
            [.. Enumerable.Range(0, features.Length).Select(row => utterances[row % utterances.Count])], features, labels,
                RaggedDataset.CreateAligned(features, labels, fitted.Symbols.Count));
    }

    /// <summary>Throws if CTC cannot align the labels: it needs a frame for each symbol, and one more between two equal ones.</summary>
    private static void RefuseUnreachable(Utterance utterance, int[] labels, int frames)
    {
        int needed = labels.Length + Enumerable.Range(1, Math.Max(0, labels.Length - 1)).Count(i => labels[i] == labels[i - 1]);
        if (frames >= needed) return;
        throw new InvalidInputException(
            $"its transcript \"{utterance.Shown}\" needs {needed} frames, but the recording has {frames}",
            "Correct the transcript, leave the recording out, or make data.features.hop smaller",
            utterance.Where);
    }
}
