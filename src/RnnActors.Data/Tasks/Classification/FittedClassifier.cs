using RnnActors.Core.Problems;
using RnnActors.Core.Sequences;
using RnnActors.Data.Examples;
using RnnActors.Data.Tasks.Examples;
using RnnActors.Data.Tasks.Exports;

namespace RnnActors.Data.Tasks.Classification;

/// <summary>The labels and the input of a classifier, without its examples.</summary>
internal sealed class FittedClassifier(ClassificationPreparation preparation, ClassificationDataSpec spec) : FittedTask, IAnswers<ClassificationAnswer>
{
    /// <summary>The maximum number of classes that get a column of probabilities each.</summary>
    private const int MaxColumns = 20;

    private readonly ClassificationDataSpec _spec = spec with
    {
        Text = preparation.TextField.Length == 0 ? null : preparation.TextField,
        Label = preparation.LabelField,
    };

    public override Shape Input => preparation.Input.Shape;

    public override int Outputs => preparation.Labels.Count;

    public override TaskExport Export
    {
        get
        {
            (ExportedInput input, IReadOnlyDictionary<string, string> metadata) = preparation.Input.Export;
            return new RowsExport([input], ExportedAnswer.Probabilities, preparation.Labels.Entries) { Metadata = metadata };
        }
    }

    public override Score Measure(TrainedNetwork network, string path)
    {
        ExampleList list = Read(path, path);
        LabelledRows rows = LabelledRows.Of(preparation, list.Rows)
            ?? throw new InvalidInputException("there is no example in it", "Give a file of examples", new SourceLocation(path));
        return ClassificationScore.Of(preparation, network, rows, "given", null);
    }

    /// <summary>The label of each example, with its probability.</summary>
    public IReadOnlyList<ClassificationAnswer> Answer(TrainedNetwork network, PredictionRequest request)
    {
        (IReadOnlyList<string> shown, InputRows inputs) = Asked(request);
        int classes = preparation.Labels.Count;
        float[] outputs = network.Outputs(inputs.WithLabels(new int[inputs.Count], classes));
        return
        [
            .. shown.Select((example, row) =>
            {
                ReadOnlySpan<float> own = outputs.AsSpan(row * classes, classes);
                int best = ClassificationScore.Best(own);
                var probabilities = new OrderedDictionary<string, double>(classes);
                for (int c = 0; c < classes; c++) probabilities.Add(preparation.Labels[c], ClassificationScore.Probability(own, c));
                return new ClassificationAnswer(example, preparation.Labels[best], ClassificationScore.Probability(own, best), probabilities);
            }),
        ];
    }

    /// <summary>The answers as a table, with a row for each example.</summary>
    public PredictionTable Predict(TrainedNetwork network, PredictionRequest request)
    {
        IReadOnlyList<ClassificationAnswer> answers = Answer(network, request);
        IReadOnlyList<string> labels = preparation.Labels.Entries;
        return new PredictionTable(
        [
            new PredictionColumn(preparation.Input.ShownName, [.. answers.Select(answer => answer.Example)]),
            new PredictionColumn(preparation.LabelField, [.. answers.Select(answer => answer.Label)]),
            new PredictionColumn("probability", [.. answers.Select(answer => answer.Probability)]),
            .. labels.Count > MaxColumns ? [] : labels.Select(
                label => new PredictionColumn($"p({label})", [.. answers.Select(answer => answer.Probabilities[label])])),
        ]);
    }

    public override ExplainedRows Explain(TrainedNetwork network, ExplanationRequest request)
    {
        if (request.Text is not { } text) return new ClassifiedRows(preparation, ((ClassificationTask)request.Data!).Measured);
        IReadOnlyList<Example> examples = Source.OfTexts(_spec, [text])
            ?? throw new InvalidInputException($"this network reads {preparation.Input.Noun} of files, not single texts",
                "Leave --text out, and choose an example with --row");
        InputRows inputs = preparation.Input.Encode(examples);
        if (preparation.Input is SentenceInput { Vocabulary: var known })
            ExplainedRows.RefuseUnknownText(inputs.Tokens![0].Select(token => token != known.Unknown), text, preparation.Input.UnitNoun);
        return new ClassifiedRows(preparation,
            (new LabelledRows(examples, inputs, [0], inputs.WithLabels([0], preparation.Labels.Count)), ExplainedRows.GivenPart));
    }

    public override StepCodec Stepwise(TrainedNetwork network) => preparation.Input.Stepwise(preparation.Labels.Entries);

    /// <summary>The examples asked about: a line of text for display for each, and the network's input.</summary>
    private (IReadOnlyList<string> Shown, InputRows Inputs) Asked(PredictionRequest request)
    {
        if (request.Recordings is { Count: > 0 } sounds && preparation.Input is SoundInput input) return (Numbered(sounds.Count), input.EncodeAll(sounds));
        IReadOnlyList<Example> examples = request switch
        {
            { Texts: { } texts } => Source.OfTexts(_spec, texts)
                ?? throw new InvalidInputException($"this network reads {preparation.Input.Noun} of files, not single texts", "Name a file behind the run"),
            { Series: { } series } when preparation.Input is SeriesInput => [.. series.Zip(Numbered(series.Count), SeriesOf)],
            { Path: { } path } => Unlabelled(path),
            _ => throw request.Refuse("this network", preparation.Input.Noun),
        };
        if (examples.Count == 0) throw new InvalidInputException("there is no example in it", "Give a file of examples",
            request.Path is { } empty ? new SourceLocation(empty) : null);
        return ([.. examples.Select(preparation.Input.Show)], preparation.Input.Encode(examples));
    }

    private static string[] Numbered(int count) => [.. Enumerable.Range(1, count).Select(number => $"{number}")];

    private static SeriesExample SeriesOf(float[,] series, string number)
    {
        if (series.GetLength(0) == 0) throw new InvalidInputException($"series {number} has no steps", "Give it values, or leave it out");
        foreach (float value in series)
            if (!float.IsFinite(value)) throw new InvalidInputException($"series {number} has the value {value}", "Give finite numbers");
        return new SeriesExample([SeriesFile.IdField], [number], new SourceLocation($"series {number}"), series);
    }

    private ClassificationSource Source => ClassificationSource.Of(preparation.Input);

    private ExampleList Read(string path, string shown) => Source.Read(_spec, path, shown);

    /// <summary>Reads examples that may lack labels: a table, or a text on each line.</summary>
    private IReadOnlyList<Example> Unlabelled(string path)
    {
        if (_spec.Text is not { } field || Directory.Exists(path)) return Source.ReadUnlabelled(_spec, path);
        ExampleList list = ExampleFile.Read(path, path, _spec.Format with { UsedNames = [field] });
        if (list.Names.Contains(field)) return list.Rows;
        if (list.Names.Count != 1)
            throw new InvalidInputException($"the file has no column {field}; its columns are {string.Join(", ", list.Names)}",
                "Rename the column of the sentences", new SourceLocation(path));
        string[] names = [field];
        return [.. list.Rows.Select(row => row with { Names = names })];
    }
}
