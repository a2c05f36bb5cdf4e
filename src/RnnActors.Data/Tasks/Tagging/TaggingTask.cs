using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Findings;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Text;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Tagging;

/// <summary>Tagged sentences that have been read, split and encoded.</summary>
public sealed class TaggingTask : PreparedTask
{
    private readonly FittedTags _fitted;
    private readonly IReadOnlyList<TaggedSentence> _train, _validation, _test;

    private TaggingTask(TaggingDataSpec spec, ExampleParts parts, string baseDirectory)
    {
        (_train, _validation, _test) =
            ([.. parts.Train.Cast<TaggedSentence>()], [.. parts.Validation.Cast<TaggedSentence>()], [.. parts.Test.Cast<TaggedSentence>()]);
        _fitted = FittedTags.Fit(spec, _train);
        if (spec.Vectors is { } path)
        {
            string full = DataSpec.FullPath(path, baseDirectory);
            PretrainedVectors = new PretrainedVectors(_fitted.Inputs[0].Name, WordVectors.Read(full, path, _fitted.Words.Entries), path);
        }

        Notes = PretrainedVectors is { Vectors: var vectors }
            ? [.. parts.Notes, $"{Figures.Count(vectors.Found)} of {Figures.Count(vectors.Values.Count)} known words start with a vector of {spec.Vectors}"]
            : parts.Notes;
        Preparation = FittedTags.Format.ToJson(_fitted);
        var hash = new DataHash().Add(Preparation);
        (Train, Validation, Test) = (Encode(_train, hash)!, Encode(_validation, hash), Encode(_test, hash));
        foreach (float[]? vector in PretrainedVectors?.Vectors.Values ?? []) hash.Add(vector ?? []);
        DataHash = hash.ToString();
    }

    /// <summary>The part that the network is measured on.</summary>
    internal (IReadOnlyList<TaggedSentence> Sentences, SequenceDataset Data, string Name) Measured =>
        Test is not null ? (_test, Test, "test") : Validation is not null ? (_validation, Validation, "validation") : (_train, Train, "training");

    public override SequenceDataset Train { get; }

    public override SequenceDataset? Validation { get; }

    public override SequenceDataset? Test { get; }

    public override string DataHash { get; }

    public override string Preparation { get; }

    public override PretrainedVectors? PretrainedVectors { get; }

    public override IReadOnlyList<string> Notes { get; }

    /// <summary>Finds tags that a part lacks. Tags are naturally imbalanced, so their frequencies are not checked.</summary>
    public override IEnumerable<Finding> Examine(TrainingSpec training)
    {
        int[] Count(IReadOnlyList<TaggedSentence> sentences) => ClassFindings.Count(sentences.SelectMany(_fitted.EncodeTags), _fitted.Tags.Count);
        List<(string, IReadOnlyList<int>)> parts = [];
        if (_validation.Count > 0) parts.Add(("validation", Count(_validation)));
        if (_test.Count > 0) parts.Add(("test", Count(_test)));
        return ClassFindings.Of(_fitted.Tags.Entries, Count(_train), parts, isWeighted: true);
    }

    /// <param name="baseDirectory">The folder to which relative paths refer.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, or a tag is unknown.</exception>
    public static TaggingTask Load(TaggingDataSpec spec, string baseDirectory) =>
        new(spec, ExampleParts.Read(spec, baseDirectory, (path, shown) => ConllFile.Read(path, shown, spec.Tag, spec.Encoding)), baseDirectory);

    public override string Describe(string? path) =>
        $"{path}: {Figures.Plural(_train.Count, "sentence")} ({Figures.Count(_train.Sum(sentence => sentence.Words.Count))} words) to train on"
        + $"{Figures.Part(_validation.Count > 0 ? _validation.Count : null, "to validate")}{Figures.Part(_test.Count > 0 ? _test.Count : null, "to test")}; "
        + $"{Figures.Count(_fitted.Words.Count)} known words, {_fitted.Characters.Count} characters, {Figures.Plural(_fitted.Tags.Count, "tag")}";

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name) =>
        TaggingScore.Of(_fitted, network, part == Test ? _test : part == Validation ? _validation : _train, (RaggedDataset)part, name, _train);

    private RaggedDataset? Encode(IReadOnlyList<TaggedSentence> sentences, DataHash hash)
    {
        if (sentences.Count == 0) return null;
        int[][] tags = [.. sentences.Select(_fitted.EncodeTags)];
        for (int i = 0; i < tags.Length; i++) hash.Add(_fitted.EncodeWords(sentences[i].Words)).Add(_fitted.EncodeCharacters(sentences[i].Words)).Add(tags[i]);
        hash.Add([tags.Length]);
        return _fitted.Encode([.. sentences.Select(sentence => sentence.Words)], tags);
    }
}
