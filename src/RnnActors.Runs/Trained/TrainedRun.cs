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

/// <summary>A run as a checkpoint tells it. Its data are not needed, unless they are asked for.</summary>
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

    /// <summary>Newer checkpoints that cannot be used.</summary>
    public IReadOnlyList<SkippedCheckpoint> Skipped => _opened.Skipped;

    /// <summary>Whether the user named this checkpoint, rather than the run.</summary>
    public bool IsChosen => _opened.IsChosen;

    public RunIdentity Identity => _opened.Identity;

    public RunSpecification Specification => _opened.Specification;

    public Model Model => _opened.Model;

    public TrainingState State { get; }

    /// <summary>What stands around the network when other programs use it.</summary>
    /// <exception cref="InvalidInputException">This kind of task has not said it.</exception>
    public TaskExport Export => Fitted.Export;

    private FittedTask Fitted => _opened.Fitted;

    /// <summary>Opens the newest valid checkpoint of a folder, or the checkpoint of that name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static TrainedRun Open(string path) => new(TrainedCheckpoint.Open(path));

    /// <summary>The parameters, (P).</summary>
    /// <exception cref="InvalidInputException">The best are asked for, and no validation has told which they are.</exception>
    public AlignedBuffer Parameters(ParameterChoice choice = ParameterChoice.Result) => choice switch
    {
        ParameterChoice.Last => State.InferenceParameters,
        ParameterChoice.Best => State.Best ?? throw TrainedCheckpoint.NoBest(Checkpoint.Path),
        _ => RunResult.Of(Specification.Training, State),
    };

    /// <summary>The hash that users compare.</summary>
    /// <inheritdoc cref="Parameters"/>
    public string HashOf(ParameterChoice choice = ParameterChoice.Result) => TrainingCheckpoint.Hash(Model.Layout, Parameters(choice));

    /// <summary>How good the network is on all rows of another file; without one, on the test rows of its own data.</summary>
    /// <param name="threads">Threads that share the work; null for all. The figures are the same for any number.</param>
    /// <exception cref="InvalidInputException">The data cannot be used, are gone, have changed, or have no rows to measure on.</exception>
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

    /// <summary>The run's story with a measurement of now: its curves and events are those that its folder keeps.</summary>
    /// <param name="score">Of <see cref="Evaluate"/>.</param>
    /// <param name="command">What the user typed; null where a program measures.</param>
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

    /// <summary>How good the network is on the test rows of a task, whatever the folder keeps of a calibration.</summary>
    internal Score Measure(PreparedTask task, int? threads) =>
        task.Measure(Network(ParameterChoice.Result, threads, isAlone: true)) ?? throw new InvalidOperationException("The task has no test rows.");

    /// <summary>What the run's folder keeps of a calibration, and the same found again; null where it keeps none of these parameters.</summary>
    /// <exception cref="InvalidInputException">The file is broken.</exception>
    internal (SafetensorsFile Kept, IReadOnlyList<NamedTensor> Again)? CalibrateAgain(PreparedTask task)
    {
        TrainedNetwork network = Network(ParameterChoice.Result, null);
        return network.Calibration?.Read(network) is { } kept ? (kept, task.Calibrate(network)) : null;
    }

    /// <summary>The network's answer to another file; without one, to its own data as they are now.</summary>
    /// <param name="paths">How many ways to go on are drawn by chance; null for the answer itself.</param>
    /// <exception cref="InvalidInputException">This kind of task has no such answer, or the data cannot be used.</exception>
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

    /// <summary>Whether it is asked with tables of recent rows, and not with texts.</summary>
    public bool ReadsTables => Fitted.ReadsTables;

    /// <summary>The network's answer to the text of a CSV file, as a pipe brings it.</summary>
    /// <inheritdoc cref="Predict(string?, ParameterChoice, int?, int?)"/>
    public PredictionTable PredictTable(string text, ParameterChoice choice = ParameterChoice.Result, int? paths = null, int? rows = null) =>
        Fitted is IPredicts { } task
            ? task.Predict(Network(choice, null), new PredictionRequest(null, Paths: paths, Rows: rows) { TableText = text })
            : throw TrainedCheckpoint.OtherUse(Specification.Task, Folder.Shown);

    /// <summary>The network's answer to texts, one a row.</summary>
    /// <exception cref="InvalidInputException">This kind of task reads no texts, or one of them cannot be used.</exception>
    public PredictionTable Predict(IReadOnlyList<string> texts, ParameterChoice choice = ParameterChoice.Result) =>
        Fitted is IPredicts task
            ? task.Predict(Network(choice, null), new PredictionRequest(null, texts))
            : throw TrainedCheckpoint.OtherUse(Specification.Task, Folder.Shown);

    /// <summary>Lets the network go on with a text.</summary>
    /// <param name="prompt">What the text begins with; empty for the beginning of a line.</param>
    /// <exception cref="InvalidInputException">This kind of task writes no texts, or the prompt has something that the network does not know.</exception>
    public GeneratedText Generate(string prompt = "", SamplingSpec? sampling = null, ParameterChoice choice = ParameterChoice.Result) =>
        Fitted is IGenerates task
            ? task.Generate(Network(choice, null), prompt, sampling ?? new SamplingSpec())
            : throw TrainedCheckpoint.OtherUse(Specification.Task, Folder.Shown);

    /// <summary>Why the network answers as it does: for a row of the part that it is measured on, or for a text.</summary>
    /// <param name="tell">Told what is done, for people who wait.</param>
    /// <exception cref="InvalidInputException">There is no such row, the text cannot be used, or the data are gone or have changed.</exception>
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

    /// <summary>The data that the run was trained on.</summary>
    /// <param name="remedy">What to do where they are not there.</param>
    /// <exception cref="InvalidInputException">They are gone, or have changed since.</exception>
    public PreparedTask LoadTask(RunSpecification specification, string remedy)
    {
        RefuseMissingData(specification, remedy);
        var task = LoadTask(specification);
        if (task.DataHash == Identity.DataHash) return task;
        DataChange? change = DataPrints.FindChange(Folder, Specification, specification, Identity.DataHash);
        throw new InvalidInputException(
            $"the data have changed since this run began: {change?.What ?? $"their hash was {Identity.DataHash} and is {task.DataHash}"}",
            "Put the old data back, or train a new run on the new ones",
            change?.Where ?? new SourceLocation(specification.DataPath is { } path ? ShownPath.Of(path) : "the built-in series"));
    }

    /// <summary>Data of a specification with what was fitted by this run.</summary>
    internal PreparedTask LoadTask(RunSpecification specification) => PreparedRun.LoadTask(specification, Fitted);

    /// <summary>Whether <see cref="LoadTask(RunSpecification)"/> takes over what was fitted, so that the run can go on with other data.</summary>
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

    /// <param name="isAlone">Whether what the run's folder keeps for it is left out.</param>
    private TrainedNetwork Network(ParameterChoice choice, int? threads, bool isAlone = false) =>
        new(Model, Specification.Training, Parameters(choice), threads ?? Environment.ProcessorCount)
        {
            Calibration = isAlone ? null : _opened.Calibration,
        };
}
