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
/// A trained network for use in any program: raw values, texts or sounds in, answers out. Scales, vocabulary, features and decoding come with its checkpoint.
/// It is immutable and thread-safe; all threads share its parameters and packed weights. Its answers are those of <c>rnnactors predict</c>, bit by bit.
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

    /// <summary>The number of optimizer steps that it was trained for.</summary>
    public long Step { get; }

    /// <summary>The hash of its parameters, as training printed it.</summary>
    public string ParameterHash { get; }

    /// <summary>Newer checkpoints of the folder that cannot be used.</summary>
    public IReadOnlyList<SkippedCheckpoint> Skipped { get; }

    /// <summary>The specification that it was trained by.</summary>
    public RunSpecification Specification { get; }

    /// <summary>The kind of task that it was trained for.</summary>
    public TaskKind Task => Specification.Task;

    /// <summary>Loads the newest valid checkpoint of a run's folder, or the given checkpoint, of any kind of task.</summary>
    /// <param name="path">The folder that <c>rnnactors train</c> wrote to, or one of its <c>.safetensors</c> files.</param>
    /// <param name="choice">Which of the run's parameters; by default its result.</param>
    /// <param name="threads">
    /// Threads that share the work of one call, if it can be shared; null for all processors. Answers are the same bits for any number.
    /// </param>
    /// <exception cref="InvalidInputException">There is none, or it is damaged.</exception>
    public static TrainedModel Load(string path, ParameterChoice choice = ParameterChoice.Result, int? threads = null) =>
        new(TrainedCheckpoint.Open(path, toTrain: false), choice, threads);

    /// <summary>Forecasts the next rows of a table.</summary>
    /// <param name="recent">
    /// The last known rows, as columns in their own units, at least as many as the network looks back at. After them come the rows with values that are known
    /// ahead, with NaN as the target.
    /// </param>
    /// <param name="rows">How many rows to forecast; null for the horizon.</param>
    /// <param name="intervals">
    /// Whether to include bounds of the forecasts. Their widths come from the run's calibration or, without one, from the validation rows of the training data,
    /// if those can still be read.
    /// </param>
    /// <returns>A row for each step and series: its time, each target, and its bounds.</returns>
    /// <exception cref="InvalidInputException">The network forecasts no tables, or this one cannot be used.</exception>
    public PredictionTable Predict(Table recent, int? rows = null, bool intervals = true) =>
        Predict(new PredictionRequest(null, Rows: rows) { Table = recent, HasIntervals = intervals });

    /// <summary>Answers each text: its label with probabilities, its translation, or its words with their tags.</summary>
    /// <exception cref="InvalidInputException">The network reads no texts, or one of them is empty.</exception>
    public PredictionTable Predict(params IReadOnlyList<string> texts) => Predict(new PredictionRequest(null, texts));

    /// <summary>Answers each series of numbers, in the units of the training data: (steps, features) each.</summary>
    /// <exception cref="InvalidInputException">The network reads no such series.</exception>
    public PredictionTable Predict(params IReadOnlyList<float[,]> series) => Predict(new PredictionRequest(null) { Series = series });

    /// <summary>Answers each sound, of any sample rate: its label with probabilities, or its transcription.</summary>
    /// <exception cref="InvalidInputException">The network reads no sounds, or one is empty.</exception>
    public PredictionTable Predict(params IReadOnlyList<Recording> sounds) => Predict(new PredictionRequest(null) { Recordings = sounds });

    /// <summary>Answers a file or folder of the same kind as the training data, as <c>rnnactors predict</c> does.</summary>
    /// <exception cref="InvalidInputException">It does not exist, or cannot be used.</exception>
    public PredictionTable PredictFile(string path) =>
        File.Exists(path) || Directory.Exists(path) ? Predict(new PredictionRequest(path)) : throw MissingPath.Refuse(path, "there is no such file");

    /// <summary>Answers any request.</summary>
    /// <exception cref="InvalidInputException">The request cannot be used.</exception>
    public PredictionTable Predict(PredictionRequest request) =>
        _fitted is IPredicts task ? task.Predict(_network, request) : throw TrainedCheckpoint.OtherUse(Task, _shown);

    /// <summary>
    /// Answers each text with a record of the task's own, such as <c>ClassificationAnswer</c>, in place of the table of
    /// <see cref="Predict(IReadOnlyList{string})"/>.
    /// </summary>
    /// <exception cref="InvalidInputException">The network answers with another type, reads no texts, or one of them is empty.</exception>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(params IReadOnlyList<string> texts) => Answer<TAnswer>(new PredictionRequest(null, texts));

    /// <summary>Forecasts the next rows of each series of a table, as <c>ForecastAnswer</c>.</summary>
    /// <inheritdoc cref="Predict(Table, int?, bool)"/>
    /// <returns>An answer for each series.</returns>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(Table recent, int? rows = null, bool intervals = true) =>
        Answer<TAnswer>(new PredictionRequest(null, Rows: rows) { Table = recent, HasIntervals = intervals });

    /// <summary>Answers each series of numbers, in the units of the training data: (steps, features) each.</summary>
    /// <exception cref="InvalidInputException">The network answers with another type, or reads no such series.</exception>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(params IReadOnlyList<float[,]> series) => Answer<TAnswer>(new PredictionRequest(null) { Series = series });

    /// <summary>Answers each sound, of any sample rate.</summary>
    /// <exception cref="InvalidInputException">The network answers with another type, reads no sounds, or one is empty.</exception>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(params IReadOnlyList<Recording> sounds) =>
        Answer<TAnswer>(new PredictionRequest(null) { Recordings = sounds });

    /// <summary>Answers any request.</summary>
    /// <typeparam name="TAnswer">
    /// The type of the task's answers: <c>ClassificationAnswer</c>, <c>ForecastAnswer</c>, <c>TaggingAnswer</c>, <c>TranslationAnswer</c>,
    /// <c>TranscriptionAnswer</c>, or that of a kind which a program has registered.
    /// </typeparam>
    /// <exception cref="InvalidInputException">The network answers with another type, or the request cannot be used.</exception>
    public IReadOnlyList<TAnswer> Answer<TAnswer>(PredictionRequest request) => _fitted switch
    {
        IAnswers<TAnswer> task => task.Answer(_network, request),
        IAnswers { AnswerType.Name: var name } => throw new InvalidInputException(
            $"{Task.Noun} answers with a {name}, not with a {typeof(TAnswer).Name}", $"Ask for Answer<{name}>", new SourceLocation(_shown)),
        IPredicts => throw new InvalidInputException($"{Task.Noun} answers with tables alone", "Use Predict", new SourceLocation(_shown)),
        _ => throw TrainedCheckpoint.OtherUse(Task, _shown),
    };

    /// <summary>Does in advance what the first call would wait for: packs the weights, and reads what a forecast's intervals need.</summary>
    public void WarmUp()
    {
        _fitted.WarmUp(_network);
        _network.WarmUp(_fitted.Steps);
    }

    /// <summary>Continues a text with a language model.</summary>
    /// <param name="prompt">The beginning of the text; empty for the beginning of a line.</param>
    /// <exception cref="InvalidInputException">The network generates no texts, or does not know something in the prompt.</exception>
    public GeneratedText Generate(string prompt = "", SamplingSpec? sampling = null) =>
        _fitted is IGenerates task ? task.Generate(_network, prompt, sampling ?? new SamplingSpec()) : throw TrainedCheckpoint.OtherUse(Task, _shown);

    /// <summary>Generates text after a prompt.</summary>
    /// <param name="length">The number of units (<see cref="GeneratedText.Unit"/>): characters, bytes or tokens.</param>
    /// <returns>The text without its prompt.</returns>
    /// <exception cref="InvalidInputException">The network generates no texts, or does not know something in the prompt.</exception>
    public string Write(string prompt, int length, SamplingSpec? sampling = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        using GeneratedText text = Generate(prompt, sampling);
        var written = new StringBuilder();
        for (int unit = 0; unit < length; unit++) written.Append(text.Next());
        return written.Append(text.End()).ToString();
    }

    /// <summary>
    /// Creates a session that reads a row step by step, with an answer after each step. Each thread, stream or user needs its own session; all share this
    /// model.
    /// </summary>
    /// <exception cref="InvalidInputException">The network only reads whole rows.</exception>
    public ModelSession CreateSession() => new(_fitted.Stepwise(_network), _network);
}
