using RnnActors.Core.Checkpoints;
using System.Text;
using RnnActors.Core.Generation;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Kernels.Products.Packed;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Sound;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tables;
using RnnActors.Data.Tasks;

namespace RnnActors.Data.Trained;

/// <summary>
/// A trained network to use in any program: raw values, texts and sounds in, answers out. Scales, vocabulary, features and decoding come with its checkpoint.
/// It never changes, and any number of threads may ask it at once; they share its parameters and
/// its packed weights. Its answers are those of <c>rnnactors predict</c>, to the bit.
/// </summary>
public sealed class TrainedModel
{
    private readonly FittedTask _fitted;
    private readonly TrainedNetwork _network;
    private readonly string _shown;

    private TrainedModel(TrainedCheckpoint opened, ParameterChoice choice, int? threads)
    {
        (Path, Step, Skipped, Specification, _fitted) = (opened.Checkpoint.Path, opened.Checkpoint.Step, opened.Skipped, opened.Specification, opened.Fitted);
        AlignedBuffer parameters = opened.Parameters(choice);
        ParameterHash = TrainingCheckpoint.Hash(opened.Model.Layout, parameters);
        _network = new TrainedNetwork(opened.Model, Specification.Training, parameters, threads ?? Environment.ProcessorCount,
            new SharedWeights(isFixed: true))
        {
            Calibration = opened.Calibration,
        };
        _shown = ShownPath.Of(Path);
    }

    /// <summary>The file of the checkpoint.</summary>
    public string Path { get; }

    /// <summary>Optimizer steps that lie behind it.</summary>
    public long Step { get; }

    /// <summary>The hash of the parameters that training printed.</summary>
    public string ParameterHash { get; }

    /// <summary>Newer checkpoints of the folder that cannot be used.</summary>
    public IReadOnlyList<SkippedCheckpoint> Skipped { get; }

    /// <summary>What was trained, and how.</summary>
    public RunSpecification Specification { get; }

    /// <summary>The kind of task that it was trained for.</summary>
    public TaskKind Task => Specification.Task;

    /// <summary>Loads the newest valid checkpoint of a run's folder, or the checkpoint of that name, of any kind of task.</summary>
    /// <param name="path">The folder that <c>rnnactors train</c> wrote to, or one of its <c>.safetensors</c> files.</param>
    /// <param name="choice">Which of the run's parameters; its result by default.</param>
    /// <param name="threads">Threads that share the work of one call, where it has any to share;
    /// null for all. Answers are the same bits for any number.</param>
    /// <exception cref="InvalidInputException">There is none, or it is damaged.</exception>
    public static TrainedModel Load(string path, ParameterChoice choice = ParameterChoice.Result, int? threads = null) =>
        new(TrainedCheckpoint.Open(path, toTrain: false), choice, threads);

    /// <summary>The next rows of a table.</summary>
    /// <param name="recent">
    /// The last rows that are known, as columns in their own units, at least as many as the network looks back at. Behind them stand those of which something
    /// is known ahead, with the target NaN.
    /// </param>
    /// <param name="rows">How many rows are forecast; null for the horizon.</param>
    /// <param name="intervals">Whether there are bounds around the forecasts. How wide they are stands in the run's calibration; where it has none, the
    /// validation rows of the training data say it, as far as they can still be read.</param>
    /// <returns>A row a step and series: its time, each target, and its bounds.</returns>
    /// <exception cref="InvalidInputException">The network forecasts no tables, or this one cannot be used.</exception>
    public PredictionTable Predict(Table recent, int? rows = null, bool intervals = true) =>
        Predict(new PredictionRequest(null, Rows: rows) { Table = recent, HasIntervals = intervals });

    /// <summary>An answer to each text: its label with probabilities, its translation, or its words with their tags.</summary>
    /// <exception cref="InvalidInputException">The network reads no texts, or one of them is empty.</exception>
    public PredictionTable Predict(params IReadOnlyList<string> texts) => Predict(new PredictionRequest(null, texts));

    /// <summary>An answer to each series of numbers, in the units of the training data: (steps, features) each.</summary>
    /// <exception cref="InvalidInputException">The network reads no such series.</exception>
    public PredictionTable Predict(params IReadOnlyList<float[,]> series) => Predict(new PredictionRequest(null) { Series = series });

    /// <summary>An answer to each sound, of any rate: its label with probabilities, or what is said in it.</summary>
    /// <exception cref="InvalidInputException">The network hears no sounds, or one is empty.</exception>
    public PredictionTable Predict(params IReadOnlyList<Recording> sounds) => Predict(new PredictionRequest(null) { Recordings = sounds });

    /// <summary>The answer to a file or folder of the same kind as the training data, as <c>rnnactors predict</c> gives it.</summary>
    /// <exception cref="InvalidInputException">It is not there, or cannot be used.</exception>
    public PredictionTable PredictFile(string path) =>
        File.Exists(path) || Directory.Exists(path) ? Predict(new PredictionRequest(path)) : throw MissingPath.Refuse(path, "there is no such file");

    /// <summary>The answer to any request.</summary>
    /// <exception cref="InvalidInputException">What is asked about cannot be used.</exception>
    public PredictionTable Predict(PredictionRequest request) =>
        _fitted is IPredicts task ? task.Predict(_network, request) : throw TrainedCheckpoint.OtherUse(Task, _shown);

    /// <summary>The answer to each text as a record of the task's own, such as <c>ClassificationAnswer</c>: what <see cref="Predict(IReadOnlyList{string})"/>
    /// says as a table.</summary>
    /// <exception cref="InvalidInputException">The network answers with another type, reads no texts, or one of them is empty.</exception>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(params IReadOnlyList<string> texts) => Answer<TAnswer>(new PredictionRequest(null, texts));

    /// <summary>The next rows of a table, for each series of it: <c>ForecastAnswer</c>.</summary>
    /// <inheritdoc cref="Predict(Table, int?, bool)"/>
    /// <returns>An answer a series.</returns>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(Table recent, int? rows = null, bool intervals = true) =>
        Answer<TAnswer>(new PredictionRequest(null, Rows: rows) { Table = recent, HasIntervals = intervals });

    /// <summary>The answer to each series of numbers, in the units of the training data: (steps, features) each.</summary>
    /// <exception cref="InvalidInputException">The network answers with another type, or reads no such series.</exception>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(params IReadOnlyList<float[,]> series) => Answer<TAnswer>(new PredictionRequest(null) { Series = series });

    /// <summary>The answer to each sound, of any rate.</summary>
    /// <exception cref="InvalidInputException">The network answers with another type, hears no sounds, or one is empty.</exception>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(params IReadOnlyList<Recording> sounds) =>
        Answer<TAnswer>(new PredictionRequest(null) { Recordings = sounds });

    /// <summary>The answers to any request.</summary>
    /// <typeparam name="TAnswer">The task's: a <c>ClassificationAnswer</c>, <c>ForecastAnswer</c>, <c>TaggingAnswer</c>, <c>TranslationAnswer</c> or
    /// <c>TranscriptionAnswer</c>, or that of a kind which a program has registered.</typeparam>
    /// <exception cref="InvalidInputException">The network answers with another type, or what is asked about cannot be used.</exception>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(PredictionRequest request) => _fitted switch
    {
        IAnswers<TAnswer> task => task.Answer(_network, request),
        IAnswers { AnswerType.Name: var name } => throw new InvalidInputException(
            $"{Task.Noun} answers with a {name}, not with a {typeof(TAnswer).Name}", $"Ask for Answer<{name}>", new SourceLocation(_shown)),
        IPredicts => throw new InvalidInputException($"{Task.Noun} answers with tables alone", "Use Predict", new SourceLocation(_shown)),
        _ => throw TrainedCheckpoint.OtherUse(Task, _shown),
    };

    /// <summary>
    /// Does beforehand what the first question would wait for: packs the weights, and reads what a forecast's intervals are made of.
    /// </summary>
    public void WarmUp()
    {
        _fitted.WarmUp(_network);
        _network.WarmUp(_fitted.Steps);
    }

    /// <summary>Lets a language model go on with a text.</summary>
    /// <param name="prompt">What the text begins with; empty for the beginning of a line.</param>
    /// <exception cref="InvalidInputException">The network writes no texts, or the prompt has something that it does not know.</exception>
    public GeneratedText Generate(string prompt = "", SamplingSpec? sampling = null) =>
        _fitted is IGenerates task ? task.Generate(_network, prompt, sampling ?? new SamplingSpec()) : throw TrainedCheckpoint.OtherUse(Task, _shown);

    /// <summary>What a language model writes after a prompt.</summary>
    /// <param name="length">Characters, bytes or tokens: <see cref="GeneratedText.Unit"/>.</param>
    /// <returns>The text without its prompt.</returns>
    /// <exception cref="InvalidInputException">The network writes no texts, or the prompt has something that it does not know.</exception>
    public string Write(string prompt, int length, SamplingSpec? sampling = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        using GeneratedText text = Generate(prompt, sampling);
        var written = new StringBuilder();
        for (int unit = 0; unit < length; unit++) written.Append(text.Next());
        return written.Append(text.End()).ToString();
    }

    /// <summary>A row that is read step by step as it comes, with an answer after each step. Each
    /// thread, stream or user has a session of its own over this model.</summary>
    /// <exception cref="InvalidInputException">The network reads rows as a whole.</exception>
    public ModelSession CreateSession() => new(_fitted.Stepwise(_network), _network);
}
