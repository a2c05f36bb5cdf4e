using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Core.Training;
using RnnActors.Data.Examples;
using RnnActors.Data.Findings;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Text;
using RnnActors.Data.Wording;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>Labelled examples that have been read, split and encoded.</summary>
public sealed class ClassificationTask : PreparedTask
{
    private readonly ClassificationPreparation _preparation;
    private readonly LabelledRows _train;
    private readonly LabelledRows? _validation, _test;

    private ClassificationTask(ClassificationPreparation preparation, LabelledRows train, LabelledRows? validation, LabelledRows? test,
        PretrainedVectors? vectors, IReadOnlyList<string> notes)
    {
        (_preparation, _train, _validation, _test, Notes) = (preparation, train, validation, test, notes);
        Preparation = ClassificationPreparation.Format.ToJson(preparation);
        var hash = new DataHash().Add(Preparation);
        foreach (LabelledRows rows in new[] { train, validation, test }.OfType<LabelledRows>()) rows.Inputs.AddTo(hash).Add(rows.Labels);
        if (vectors is { Vectors.Values: var values })
            foreach (float[]? vector in values) hash.Add(vector ?? []);
        PretrainedVectors = vectors;
        DataHash = hash.ToString();
    }

    /// <summary>The part that the network is measured on.</summary>
    internal (LabelledRows Rows, string Name) Measured =>
        _test is not null ? (_test, "test") : _validation is not null ? (_validation, "validation") : (_train, "training");

    public override SequenceDataset Train => _train.Data;

    public override SequenceDataset? Validation => _validation?.Data;

    public override SequenceDataset? Test => _test?.Data;

    public override string DataHash { get; }

    public override PretrainedVectors? PretrainedVectors { get; }

    public override string Preparation { get; }

    public override IReadOnlyList<string> Notes { get; }

    /// <summary>Findings about the examples' fields, made while the fields are in memory.</summary>
    private IReadOnlyList<Finding> OfFields { get; init; } = [];

    public override IEnumerable<Finding> Examine(TrainingSpec training)
    {
        List<(string, LabelledRows)> parts = [];
        if (_validation is not null) parts.Add(("validation", _validation));
        if (_test is not null) parts.Add(("test", _test));
        return [.. OfFields, .. ClassificationFindings.Of(_preparation, _train, parts, training.Loss)];
    }

    /// <param name="baseDirectory">The folder to which relative paths refer.</param>
    /// <exception cref="InvalidInputException">A file cannot be read, an example is empty, or a class has too few.</exception>
    public static ClassificationTask Load(ClassificationDataSpec data, string baseDirectory)
    {
        string path = DataSpec.FullPath(data.File!, baseDirectory);
        var source = ClassificationSource.Of(data, path);
        if (source is SoundSource && data.Features is null)
            throw new InvalidInputException("these are recordings, and data.features does not say what is heard of them",
                "Give \"features\": {} for the defaults", new SourceLocation(data.File!));
        ClassificationDataSpec spec = source.Complete(data with { }, path, new HashSet<string>());
        if (spec.Tokenizer is { } tokenizer) spec = spec with { Tokenizer = DataSpec.FullPath(tokenizer, baseDirectory) };
        ExampleParts parts = ExampleParts.Read(spec, baseDirectory, (full, shown) => source.Read(spec, full, shown));
        Vocabulary labels = Labels(parts.Train, spec.Label!);
        int[] counts = new int[labels.Count];
        foreach (Example example in parts.Train) counts[labels.NumberOf(example[spec.Label!])]++;
        var preparation = new ClassificationPreparation(labels, counts, source.Fit(spec, parts.Train), spec.Text ?? "", spec.Label!);
        LabelledRows train = LabelledRows.OfTraining(preparation, parts.Train);
        PretrainedVectors? vectors = data.NaiveBayes ? BayesOf(preparation, train) : VectorsOf(data.Vectors, baseDirectory, preparation.Input);
        return new ClassificationTask(
            preparation, train, LabelledRows.Of(preparation, parts.Validation),
            LabelledRows.Of(preparation, parts.Test), vectors, [.. parts.Notes, .. source.Notes(parts.Train), .. Covered(data, vectors)])
        {
            OfFields = [.. ExampleFindings.Groups(parts, spec.GroupBy)],
        };
    }

    public override string Describe(string? path)
    {
        string fields = _preparation.TextField.Length > 0 ? $" in \"{_preparation.TextField}\"" : "";
        int rows = _train.Examples.Count, copies = rows - _train.Examples.Distinct<Example>(ReferenceEqualityComparer.Instance).Count();
        string own = copies == 0 ? "" : $", {Figures.Count(copies)} of them changed copies,";
        return $"{path}: {Figures.Count(rows)} {_preparation.Input.Noun}{fields}{own} to train on"
            + $"{Figures.Part(_validation?.Examples.Count, "to validate")}{Figures.Part(_test?.Examples.Count, "to test")}; {_preparation.Input.Describe()}; "
            + $"{Figures.Plural(_preparation.Labels.Count, "class", "classes")} in \"{_preparation.LabelField}\": {Sample(_preparation.Labels.Entries)}";
    }

    protected override Score Measure(TrainedNetwork network, SequenceDataset part, string name) =>
        ClassificationScore.Of(_preparation, network, part == _test?.Data ? _test! : part == _validation?.Data ? _validation! : _train, name, _train);

    private static PretrainedVectors? VectorsOf(string? path, string baseDirectory, FittedInput input)
    {
        if (path is null) return null;
        if (input is not SentenceInput sentences) throw new InvalidInputException("data.vectors are for sentences", "Leave them out", new SourceLocation(path));
        string full = DataSpec.FullPath(path, baseDirectory);
        return new PretrainedVectors(InputNames.Default, WordVectors.Read(full, path, [.. sentences.Vocabulary.Entries.Select(sentences.ShowUnit)]), path);
    }

    /// <summary>Initial embeddings with one value a class for each token; a naive Bayes classifier would add them up.</summary>
    private static PretrainedVectors BayesOf(ClassificationPreparation preparation, LabelledRows train)
    {
        const string Key = "data.naiveBayes";
        if (train.Inputs.Tokens is not { } tokens)
            throw new InvalidInputException("naive Bayes counts the units of sentences, and these are none", "Leave it out", new SourceLocation(Key));
        int classes = preparation.Labels.Count;
        float[][] weights = new NaiveBayes(tokens, train.Inputs.Vocabulary, train.Labels, classes).Weights();
        return new PretrainedVectors(InputNames.Default, new WordVectors(weights, classes), Key);
    }

    private static IEnumerable<string> Covered(ClassificationDataSpec data, PretrainedVectors? vectors) => vectors is null
        ? []
        : data.NaiveBayes ? [$"The first embedding starts with naive Bayes' weights of {Figures.Count(vectors.Vectors.Values.Count)} tokens"]
        : [$"{Figures.Count(vectors.Vectors.Found)} of {Figures.Count(vectors.Vectors.Values.Count)} known words start with a vector of {vectors.Shown}"];

    private static string Sample(IReadOnlyList<string> labels) => string.Join(", ", labels.Take(10)) + (labels.Count > 10 ? ", …" : "");

    /// <summary>The classes of the training part: numbers in numerical order, texts in ordinal order.</summary>
    private static Vocabulary Labels(IReadOnlyList<Example> training, string field)
    {
        var groups = training.GroupBy(example => example[field], StringComparer.Ordinal).ToArray();
        if (groups.FirstOrDefault(group => string.IsNullOrWhiteSpace(group.Key)) is { } unnamed)
            throw new InvalidInputException($"the label in \"{field}\" is empty", "Give it one, or leave the example out", unnamed.First().Where);
        if (groups.Length == 1)
        {
            throw new InvalidInputException(
                $"all {training.Count} training examples have the label {groups[0].Key}, so there is nothing to tell apart",
                "Give examples of two classes at least", groups[0].First().Where);
        }

        if (groups.FirstOrDefault(group => group.Count() == 1) is { } single)
        {
            throw new InvalidInputException(
                $"the class {single.Key} has one training example, too few to learn anything that holds for others",
                "Give it more, join it to another class, or leave it out",
                single.First().Where);
        }

        string[] names = [.. groups.Select(group => group.Key)];
        return Vocabulary.Of(names.All(name => long.TryParse(name, out _)) ? [.. names.OrderBy(long.Parse)] : [.. names.Order(StringComparer.Ordinal)]);
    }
}
