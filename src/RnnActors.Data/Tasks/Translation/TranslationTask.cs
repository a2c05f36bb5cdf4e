using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Translation;

/// <summary>Pairs of sentences that have been read, split and encoded.</summary>
public sealed class TranslationTask : PreparedTask
{
    private readonly TranslationDataSpec _spec;
    private readonly FittedPairs _pairs;
    private readonly ExampleParts _parts;

    private TranslationTask(TranslationDataSpec spec, FittedPairs pairs, ExampleParts parts)
    {
        (_spec, _pairs, _parts) = (spec, pairs, parts);
        Train = pairs.Encode(parts.Train);
        Validation = parts.Validation.Count > 0 ? pairs.Encode(parts.Validation) : null;
        Test = parts.Test.Count > 0 ? pairs.Encode(parts.Test) : null;
        Preparation = FittedPairs.Format.ToJson(pairs);
        var hash = new DataHash().Add(Preparation);
        foreach (IReadOnlyList<Example> part in new[] { parts.Train, parts.Validation, parts.Test })
        {
            foreach (Example pair in part)
                hash.Add(pairs.EncodeSource(pair[PairFile.SourceField], pair.Where)).Add(pairs.EncodeTarget(pair[PairFile.TargetField]).Given);
            hash.Add([part.Count]);
        }

        DataHash = hash.ToString();
    }

    /// <summary>The part that the network is measured on.</summary>
    internal (IReadOnlyList<Example> Pairs, SequenceDataset Data, string Name) Measured =>
        Test is not null ? (_parts.Test, Test, "test") : Validation is not null
            ? (_parts.Validation, Validation, "validation")
            : (_parts.Train, Train, "training");

    public override SequenceDataset Train { get; }

    public override SequenceDataset? Validation { get; }

    public override SequenceDataset? Test { get; }

    public override string DataHash { get; }

    public override string Preparation { get; }

    public override IReadOnlyList<string> Notes => _parts.Notes;

    /// <param name="baseDirectory">The folder to which relative paths refer.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, or a pair lacks a side.</exception>
    public static TranslationTask Load(TranslationDataSpec spec, string baseDirectory)
    {
        if (spec.Tokenizer is { } file) spec = spec with { Tokenizer = DataSpec.FullPath(file, baseDirectory) };
        string? target = spec.TargetPath is { } other ? DataSpec.FullPath(other, baseDirectory) : null;
        ExampleParts parts = ExampleParts.Read(spec, baseDirectory, (path, shown) => PairFile.Read(path, shown, target, spec.TargetPath, spec.Format));
        return new TranslationTask(spec, FittedPairs.Fit(spec, parts.Train), parts);
    }

    public override string Describe(string? path) =>
        $"{path}: {Figures.Count(_parts.Train.Count)} pairs to train "
            + $"on{Figures.Part(_parts.Validation.Count > 0 ? _parts.Validation.Count : null, "to validate")}"
        + $"{Figures.Part(_parts.Test.Count > 0 ? _parts.Test.Count : null, "to test")}; {Figures.Count(_pairs.Source.Count)} and "
            + $"{Figures.Count(_pairs.Target.Count)} different {_pairs.Cutter.Name}";

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name) =>
        TranslationScore.Of(_pairs, _spec, network, part == Test ? _parts.Test : part == Validation ? _parts.Validation : _parts.Train, part, name,
            _parts.Train);
}
