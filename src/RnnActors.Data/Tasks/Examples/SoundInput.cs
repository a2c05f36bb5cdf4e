using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Specifications;
using RnnActors.Data.Examples;
using RnnActors.Data.Files;
using RnnActors.Data.Sound;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Examples;

/// <summary>Recordings as features over time.</summary>
public sealed class SoundInput : FittedInput
{
    private readonly FittedFeatures _features;
    private readonly AugmentSpec? _augment;

    private SoundInput(FittedFeatures features, AugmentSpec? augment) => (_features, _augment) = (features, augment);

    /// <summary>The format in a checkpoint.</summary>
    internal static ObjectFormat<SoundInput> Format { get; } =
        new ObjectFormat<SoundInput>("how recordings are heard", new(new(new FeatureSpec(), 1, [], []), null))
        .Required("fitted", "Features and their scales.", FittedFeatures.Format, i => i._features, (i, v) => new(v, i._augment));

    public override Shape Shape => new(_features.Spec.Width);

    public override string Noun => "recordings";

    public override string ShownName => RecordingFiles.FileField;

    /// <param name="augment">Augmentation of the training recordings; null for none.</param>
    /// <exception cref="InvalidInputException">A recording cannot be read.</exception>
    public static SoundInput Fit(FeatureSpec spec, AugmentSpec? augment, IReadOnlyList<Example> training)
    {
        Recording[] own = Load(training, null);
        int rate = spec.Rate
            ?? own.GroupBy(recording => recording.Rate).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key).First().Key;
        return new SoundInput(FittedFeatures.Fit(spec, [.. own.Select(recording => recording.Rate == rate ? recording : WavFile.Resample(recording, rate))]),
            augment);
    }

    /// <summary>Notes on recordings that are silent, clipped or very short.</summary>
    public static IReadOnlyList<string> Notes(IReadOnlyList<Example> examples)
    {
        var strange = examples.Zip(Load(examples, null)).Select(pair => (pair.First, Anomaly: pair.Second.Anomaly()))
            .Where(pair => pair.Anomaly is not null)
            .GroupBy(pair => pair.Anomaly!);
        return [.. strange.Select(group =>
            $"{Figures.Plural(group.Count(), "recording")} {(group.Count() == 1 ? "is" : "are")} {group.Key}, such as {group.First().First.Where.Path}")];
    }

    public override (ExportedInput Input, IReadOnlyDictionary<string, string> Metadata) Export => SoundExport.Of(_features);

    public override string Describe() =>
        $"{(_features.Spec.Mfcc > 0 ? $"{_features.Spec.Mfcc} MFCC" : $"{_features.Spec.Mels} log-mel energies")}"
        + $"{(_features.Spec.Deltas > 0 ? $" and {(_features.Spec.Deltas == 1 ? "differences" : "two orders of differences")}" : "")}"
        + $" at {Figures.Count(_features.Rate)} Hz";

    public override InputRows Encode(IReadOnlyList<Example> examples) => InputRows.OfValues(Encode(Load(examples, _features.Rate)));

    public override (InputRows Rows, int[] ExampleOf) EncodeTraining(IReadOnlyList<Example> examples)
    {
        if (_augment is not { } augment) return base.EncodeTraining(examples);
        Recording[] recordings = Load(examples, _features.Rate);
        int copies = augment.Copies + 1;
        int[] exampleOf = [.. Enumerable.Range(0, recordings.Length * copies).Select(row => row % recordings.Length)];
        var extractor = new FeatureExtractor(_features.Spec, _features.Rate);
        float[][,] rows = [.. Enumerable.Range(0, exampleOf.Length).AsParallel().AsOrdered().Select(row =>
        {
            (int recording, int copy) = (row % recordings.Length, row / recordings.Length);
            if (copy == 0) return _features.Of(extractor, recordings[recording]);
            var change = new Augmentation(augment, recording, copy);
            float[,] features = _features.Of(extractor, change.Change(recordings[recording]));
            change.Mask(features);
            return features;
        })];
        return (InputRows.OfValues(rows), exampleOf);
    }

    public override IReadOnlyList<string> StepsOf(Example example, int steps) => [.. Enumerable.Range(0, steps).Select(_features.Spec.TimeOf)];

    public override IReadOnlyList<string> Features => _features.Spec.FeatureNames;

    public override string Show(Example example) => example[RecordingFiles.FileField];

    /// <summary>The recordings of examples, in their order.</summary>
    /// <param name="rate">The sample rate, in hertz; null for each file's own.</param>
    internal static Recording[] Load(IReadOnlyList<Example> examples, int? rate)
    {
        try
        {
            return [.. examples.AsParallel().AsOrdered().Select(example => Load(example, rate))];
        }
        catch (AggregateException problem)
            when (problem.InnerExceptions.OfType<InvalidInputException>().OrderBy(inner => inner.Message, StringComparer.Ordinal).FirstOrDefault() is { } first)
        {
            throw new InvalidInputException(first.Problem, first.Remedy, first.Where, first);
        }
    }

    /// <summary>Loads a recording. If a table names one that does not exist, the error is at the table's line.</summary>
    private static Recording Load(Example example, int? rate)
    {
        string path = example[RecordingFiles.PathField], file = example[RecordingFiles.FileField];
        if (example.Where.Line == 0) return WavFile.Read(path, example.Where.Path, rate);
        if (File.Exists(path)) return WavFile.Read(path, file, rate);
        throw new InvalidInputException($"there is no recording \"{file}\"", InputFile.NotThere(path, file).Remedy, example.Where);
    }

    /// <summary>The features of recordings of any sample rate.</summary>
    internal InputRows EncodeAll(IReadOnlyList<Recording> recordings) =>
        InputRows.OfValues(Encode([.. recordings.Select(recording => AtRate(recording, _features.Rate))]));

    /// <summary>Resamples a recording.</summary>
    /// <exception cref="InvalidInputException">It has no samples, or an invalid sample rate.</exception>
    internal static Recording AtRate(Recording recording, int rate)
    {
        if (recording.Samples.Length == 0 || recording.Rate < 1)
            throw new InvalidInputException($"a sound has {recording.Samples.Length} samples at {recording.Rate} a second",
                "Give samples, and how many are a second");
        return recording.Rate == rate ? recording : WavFile.Resample(recording, rate);
    }

    /// <summary>The features of recordings of the fitted sample rate.</summary>
    internal float[][,] Encode(IReadOnlyList<Recording> recordings)
    {
        var extractor = new FeatureExtractor(_features.Spec, _features.Rate);
        return [.. recordings.AsParallel().AsOrdered().Select(recording => _features.Of(extractor, recording))];
    }
}
