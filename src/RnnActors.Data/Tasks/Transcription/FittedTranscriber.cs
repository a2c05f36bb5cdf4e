using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Data.Tasks.Transcription;

/// <summary>The symbols and features of a transcriber, without its recordings.</summary>
internal sealed class FittedTranscriber(FittedTranscripts fitted, TranscriptionDataSpec spec) : FittedTask, IAnswers<TranscriptionAnswer>
{
    public override Shape Input => new(fitted.Features.Spec.Width);

    public override int Outputs => fitted.Symbols.Count;

    public override TaskExport Export
    {
        get
        {
            (ExportedInput input, IReadOnlyDictionary<string, string> metadata) = SoundExport.Of(fitted.Features);
            return new RowsExport([input], ExportedAnswer.LogProbabilities, fitted.Symbols.Entries)
            {
                Metadata = new Dictionary<string, string>(metadata) { ["blank"] = FittedTranscripts.BlankEntry, ["unit"] = fitted.Cutter.Name },
            };
        }
    }

    public override Score Measure(TrainedNetwork network, string path)
    {
        ExampleList list = RecordingFiles.Read(path, path, spec.Pattern, spec.Format);
        TranscriptRows rows =
            TranscriptRows.Of(fitted, Utterance.Of(list.Rows, SoundInput.Load(list.Rows, fitted.Features.Rate), fitted.Label, spec.Join, 3), null)
            ?? throw new InvalidInputException("there is no recording in it", "Give a folder of recordings", new SourceLocation(path));
        return TranscriptionScore.Of(new Transcriber(fitted, spec, spec.LanguageModel, network), network, rows, "given", null);
    }

    public override ExplainedRows Explain(TrainedNetwork network, ExplanationRequest request) => request.Data is TranscriptionTask { Measured: var measured }
        ? new TranscribedRows(fitted, measured.Rows, measured.Name)
        : throw new InvalidInputException("this network reads recordings, not texts", "Leave --text out, and choose a recording with --row");

    /// <summary>The transcription of each recording.</summary>
    public IReadOnlyList<TranscriptionAnswer> Answer(TrainedNetwork network, PredictionRequest request)
    {
        Utterance[] utterances = request.Recordings is { Count: > 0 } sounds
            ? [.. sounds.Select((sound, i) =>
                new Utterance($"{i + 1}", fitted.Symbols[1], SoundInput.AtRate(sound, fitted.Features.Rate), new SourceLocation($"sound {i + 1}")))]
            : Utterances(request.FileOf(new TranscriptionKind())!);
        TranscriptRows rows = TranscriptRows.Of(fitted, utterances, null)!;
        (string[] texts, double[] logProbabilities) = new Transcriber(fitted, spec, spec.LanguageModel, network).Transcribe(rows);
        return [.. utterances.Select((utterance, i) => new TranscriptionAnswer(utterance.Name, texts[i], logProbabilities[i]))];
    }

    /// <summary>The transcriptions as a table, with a row for each recording.</summary>
    public PredictionTable Predict(TrainedNetwork network, PredictionRequest request)
    {
        IReadOnlyList<TranscriptionAnswer> answers = Answer(network, request);
        return new PredictionTable(
        [
            new PredictionColumn(RecordingFiles.FileField, [.. answers.Select(answer => answer.Recording)]),
            new PredictionColumn("transcript", [.. answers.Select(answer => answer.Text)]),
            new PredictionColumn("log_probability", [.. answers.Select(answer => answer.LogProbability)]),
        ]);
    }

    private Utterance[] Utterances(string path)
    {
        IReadOnlyList<Example> examples = RecordingFiles.ReadUnlabelled(path, path, spec.Format);
        return [.. examples.Zip(SoundInput.Load(examples, fitted.Features.Rate),
            (example, recording) => new Utterance(example[RecordingFiles.FileField], fitted.Symbols[1], recording, example.Where))];
    }
}
