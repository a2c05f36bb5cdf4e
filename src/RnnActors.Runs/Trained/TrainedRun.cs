using RnnActors.Core.Checkpoints;
using RnnActors.Core.Generation;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Files;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Data.Tasks.Exports;
using RnnActors.Data.Trained;
using RnnActors.Runs.Explanations;
using RnnActors.Runs.Folders;
using RnnActors.Runs.Losses;
using RnnActors.Runs.Preparing;
using RnnActors.Runs.Reports;
using RnnActors.Runs.Stories;

namespace RnnActors.Runs.Trained;

/// <summary>A trained run, opened from a checkpoint. Its data is only read when it is needed.</summary>
public sealed class TrainedRun
{
    private const string OtherData = "Put them back, or name a file of other data behind the run";

    private readonly TrainedCheckpoint _opened;

    private TrainedRun(TrainedCheckpoint opened)
    {
        _opened = opened;
        Folder = new RunFolder(Path.GetDirectoryName(Path.GetFullPath(opened.Checkpoint.Path))!);
        try
        {
            State = TrainingCheckpoint.Restore(opened.Checkpoint, opened.Model, opened.Specification.Training);
        }
        catch (InvalidInputException e) when (e.Where is null)
        {
            throw new InvalidInputException(e.Problem, e.Remedy, new SourceLocation(ShownPath.Of(opened.Checkpoint.Path)), e);
        }
    }

    public Checkpoint Checkpoint => _opened.Checkpoint;

    public RunFolder Folder { get; }

    /// <summary>Newer checkpoints that were skipped because they are damaged.</summary>
    public IReadOnlyList<SkippedCheckpoint> Skipped => _opened.Skipped;

    /// <summary>Whether the user named a checkpoint, not just the run.</summary>
    public bool IsChosen => _opened.IsChosen;

    public RunIdentity Identity => _opened.Identity;

    public RunSpecification Specification => _opened.Specification;

    public Model Model => _opened.Model;

    public TrainingState State { get; }

    /// <summary>What exporters need to know of the task around the network.</summary>
    /// <exception cref="InvalidInputException">This kind of task does not support exports.</exception>
    public TaskExport Export => Fitted.Export;

    private FittedTask Fitted => _opened.Fitted;

    /// <summary>Opens a checkpoint, or the newest valid one of a folder.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static TrainedRun Open(string path) => new(TrainedCheckpoint.Open(path));

    /// <summary>The parameters, (P).</summary>
    /// <exception cref="InvalidInputException">The best are wanted, but there was no validation to determine them.</exception>
    public AlignedBuffer Parameters(ParameterChoice choice = ParameterChoice.Result) => choice switch
    {
        ParameterChoice.Last => State.InferenceParameters,
        ParameterChoice.Best => State.Best ?? throw TrainedCheckpoint.NoBest(Checkpoint.Path),
        _ => RunResult.Of(Specification.Training, State),
    };

    /// <summary>The hash of the parameters, as shown to users.</summary>
    /// <inheritdoc cref="Parameters"/>
    public string HashOf(ParameterChoice choice = ParameterChoice.Result) => TrainingCheckpoint.Hash(Model.Layout, Parameters(choice));

    /// <summary>Scores the network on all rows of another file, or without one on the test rows of its own data.</summary>
    /// <param name="threads">Number of threads; null for all. The figures are the same for any number.</param>
    /// <exception cref="InvalidInputException">The data cannot be used, is gone, has changed, or has no rows to measure on.</exception>
    public Score Evaluate(string? path = null, ParameterChoice choice = ParameterChoice.Result, int? threads = null)
    {
        TrainedNetwork network = Network(choice, threads);
        if (path is null)
        {
            PreparedTask task = LoadTask(Specification, OtherData);
            return task.Measure(network) ?? throw new InvalidInputException(
                "this run held no rows back, so there is nothing to measure it on", "Name a file of other data behind the run",
                new SourceLocation(Folder.Shown));
        }

        RefuseMissing(path);
        return Fitted.Measure(network, path);
    }

    /// <summary>The run's story with a new score. Curves and events come from its folder.</summary>
    /// <param name="score">The result of <see cref="Evaluate"/>.</param>
    /// <param name="command">The command that the user typed; null where it was called from code.</param>
    public RunStory Tell(Score score, ParameterChoice choice = ParameterChoice.Result, string? command = null)
    {
        TaskKind kind = Specification.Task;
        RunStory story = StoryFile.Read(Folder.StoryPath) ?? new RunStory(Path.GetFileName(Folder.Path), kind.Name)
        {
            Question = $"Train {kind.Noun}, which {kind.Purpose}.",
            Specification = Specification.ToJson(),
            Progress = new StoryProgress(State.Progress.Step, State.Progress.Step, State.Progress.Epoch, Specification.Training.Epochs),
        };
        bool isBest = State.Best is not null
            && (choice == ParameterChoice.Best || (choice == ParameterChoice.Result && Specification.Training.EarlyStopping is not null));
        StoryResult result = story.Result
            ?? new("", false, State.Progress.Stopped, State.Progress.BestStep, State.Progress.BestLoss, 0, 0, Model.Layout.Count, Checkpoint.Path);
        story = story with
        {
            Commands = command is null || story.Commands.Contains(command) ? story.Commands : [.. story.Commands, command],
            Updated = DateTimeOffset.UtcNow,
            Result = result with { ParameterHash = HashOf(choice), IsBest = isBest },
        };
        return StoryEnding.Scored(story, score, [.. LossHistory.Read(Folder.LossesPath, State.Progress.Epoch).Epochs], Specification.Training);
    }

    /// <summary>Scores the network on the test rows of a task, ignoring a calibration in the folder.</summary>
    internal Score Measure(PreparedTask task, int? threads) =>
        task.Measure(Network(ParameterChoice.Result, threads, isAlone: true)) ?? throw new InvalidOperationException("The task has no test rows.");

    /// <summary>The calibration in the run's folder, and the same computed again; null where there is none for these parameters.</summary>
    /// <exception cref="InvalidInputException">The file is broken.</exception>
    internal (SafetensorsFile Kept, IReadOnlyList<NamedTensor> Again)? CalibrateAgain(PreparedTask task)
    {
        TrainedNetwork network = Network(ParameterChoice.Result, null);
        return network.Calibration?.Read(network) is { } kept ? (kept, task.Calibrate(network)) : null;
    }

    /// <summary>The network's predictions for another file, or without one for its own data as it is now.</summary>
    /// <param name="paths">Number of random sample paths to draw; null for the prediction itself.</param>
    /// <exception cref="InvalidInputException">This kind of task makes no such predictions, or the data cannot be used.</exception>
    public PredictionTable Predict(string? path = null, ParameterChoice choice = ParameterChoice.Result, int? paths = null, int? rows = null)
    {
        if (Fitted is not IPredicts task) throw TrainedCheckpoint.OtherUse(Specification.Task, Folder.Shown);
        if (paths is not null && task is not IPredictsPaths)
        {
            throw new InvalidInputException(
                $"this run is {Specification.Task.Noun}, which has no paths to draw", "Leave out --paths", new SourceLocation(Folder.Shown));
        }

        if (path is null) RefuseMissingData(Specification, OtherData);
        else RefuseMissing(path);
        return task.Predict(Network(choice, null), new PredictionRequest(path ?? Specification.DataPath, Paths: paths, Rows: rows));
    }

    /// <summary>Whether predictions are made from tables of recent rows, not from texts.</summary>
    public bool ReadsTables => Fitted.ReadsTables;

    /// <summary>The network's predictions for the text of a CSV file, such as one from a pipe.</summary>
    /// <inheritdoc cref="Predict(string?, ParameterChoice, int?, int?)"/>
    public PredictionTable PredictTable(string text, ParameterChoice choice = ParameterChoice.Result, int? paths = null, int? rows = null) =>
        Fitted is IPredicts { } task
            ? task.Predict(Network(choice, null), new PredictionRequest(null, Paths: paths, Rows: rows) { TableText = text })
            : throw TrainedCheckpoint.OtherUse(Specification.Task, Folder.Shown);

    /// <summary>The network's predictions for texts, one per row.</summary>
    /// <exception cref="InvalidInputException">This kind of task reads no texts, or one of them cannot be used.</exception>
    public PredictionTable Predict(IReadOnlyList<string> texts, ParameterChoice choice = ParameterChoice.Result) =>
        Fitted is IPredicts task
            ? task.Predict(Network(choice, null), new PredictionRequest(null, texts))
            : throw TrainedCheckpoint.OtherUse(Specification.Task, Folder.Shown);

    /// <summary>Continues a text.</summary>
    /// <param name="prompt">The beginning of the text; empty to start at the beginning of a line.</param>
    /// <exception cref="InvalidInputException">This kind of task does not write texts, or the prompt has characters or words that the network does not
    /// know.</exception>
    public GeneratedText Generate(string prompt = "", SamplingSpec? sampling = null, ParameterChoice choice = ParameterChoice.Result) =>
        Fitted is IGenerates task
            ? task.Generate(Network(choice, null), prompt, sampling ?? new SamplingSpec())
            : throw TrainedCheckpoint.OtherUse(Specification.Task, Folder.Shown);

    /// <summary>Explains the network's answer for a row of the part that it is measured on, or for a text.</summary>
    /// <param name="tell">Called with progress messages for users who wait.</param>
    /// <exception cref="InvalidInputException">There is no such row, the text cannot be used, or the data is gone or has changed.</exception>
    public Explanation Explain(ExplanationOptions options, ParameterChoice choice = ParameterChoice.Result, Action<string>? tell = null,
        CancellationToken cancellation = default)
    {
        if (options is { Row: not null, Text: not null }) throw new InvalidInputException("--row and --text are both given", "Give one of them");
        TrainedNetwork network = Network(choice, null);
        if (options.Text is not { } text)
        {
            ExplainedRows rows = Fitted.Explain(network, new ExplanationRequest(LoadTask(Specification, "Put them back, or explain a text with --text"), null));
            return Explainer.Explain(Folder.Shown, network, rows, rows, options, tell, cancellation);
        }

        ExplainedRows given = Fitted.Explain(network, new ExplanationRequest(null, text)), others;
        try
        {
            others = Fitted.Explain(network, new ExplanationRequest(LoadTask(Specification, OtherData), null));
        }
        catch (InvalidInputException)
        {
            return Explainer.Explain(Folder.Shown, network, given, null, options, tell, cancellation);
        }

        return Explainer.Explain(Folder.Shown, network, given, others, options, tell, cancellation);
    }

    /// <summary>Loads the data that the run was trained on, and checks that it has not changed.</summary>
    /// <param name="remedy">Advice for the error message where the data is gone.</param>
    /// <exception cref="InvalidInputException">The data is gone, or has changed since.</exception>
    public PreparedTask LoadTask(RunSpecification specification, string remedy)
    {
        RefuseMissingData(specification, remedy);
        var task = LoadTask(specification);
        if (task.DataHash == Identity.DataHash) return task;
        DataChange? change = DataFingerprints.FindChange(Folder, Specification, specification, Identity.DataHash);
        throw new InvalidInputException(
            $"the data have changed since this run began: {change?.What ?? $"their hash was {Identity.DataHash} and is {task.DataHash}"}",
            "Put the old data back, or train a new run on the new ones",
            change?.Where ?? new SourceLocation(specification.DataPath is { } path ? ShownPath.Of(path) : "the built-in series"));
    }

    /// <summary>Loads the data of a specification with the scales, vocabularies and so on that this run fitted.</summary>
    internal PreparedTask LoadTask(RunSpecification specification) => PreparedRun.LoadTask(specification, Fitted);

    /// <summary>Whether <see cref="LoadTask(RunSpecification)"/> can reuse what was fitted, so that the run can continue on other data.</summary>
    internal bool CanTakeOtherData(RunSpecification specification) => Fitted.Prepare(specification.Data, specification.BaseDirectory) is not null;

    private static void RefuseMissing(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) throw MissingPath.Refuse(path, "there is no such file");
    }

    private static void RefuseMissingData(RunSpecification specification, string remedy)
    {
        if (specification.DataPath is { } data && !File.Exists(data) && !Directory.Exists(data))
            throw new InvalidInputException("the data that this run was trained on are not there", remedy, new SourceLocation(ShownPath.Of(data)));
    }

    /// <param name="isAlone">Whether to ignore a calibration in the run's folder.</param>
    private TrainedNetwork Network(ParameterChoice choice, int? threads, bool isAlone = false) =>
        new(Model, Specification.Training, Parameters(choice), threads ?? Environment.ProcessorCount)
        {
            Calibration = isAlone ? null : _opened.Calibration,
        };
}
