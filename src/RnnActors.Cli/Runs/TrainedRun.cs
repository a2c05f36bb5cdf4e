using RnnActors.Cli.Display;
using RnnActors.Core.Checkpoints;
using RnnActors.Core.Kernels.Memory;
using RnnActors.Core.Layers;
using RnnActors.Core.Models;
using RnnActors.Core.Problems;
using RnnActors.Core.Training;
using RnnActors.Data.Forecasting;
using RnnActors.Data.Specifications;
using RnnActors.Data.Tasks;
using RnnActors.Data.Text;

namespace RnnActors.Cli.Runs;

/// <summary>Which of a run's parameters are meant.</summary>
internal enum ParameterChoice
{
    /// <summary>The run's result: with early stopping those with the lowest validation loss, else the last ones.</summary>
    Result,

    /// <summary>Those with the lowest validation loss.</summary>
    Best,

    /// <summary>Those after the last step.</summary>
    Last,
}

/// <summary>A run as a checkpoint tells it. Its data are not needed, unless they are asked for.</summary>
internal sealed class TrainedRun
{
    private TrainedRun(Checkpoint checkpoint, IReadOnlyList<SkippedCheckpoint> skipped, bool isChosen)
    {
        (Checkpoint, Skipped, IsChosen) = (checkpoint, skipped, isChosen);
        Folder = new RunFolder(Path.GetDirectoryName(Path.GetFullPath(checkpoint.Path))!);
        Identity = TrainingCheckpoint.Identity(checkpoint);
        Specification = RunSpecification.Parse(Identity.Specification, $"{Invocation.Shown(checkpoint.Path)} (specification)", "");
        (Signal input, int outputs) = Specification.Task == TaskKind.LanguageModel ? OfText() : OfForecast();
        Model = new Model(Specification.Model.WithOutputs(outputs), input);
        State = TrainingCheckpoint.Restore(checkpoint, Model, Specification.Training);
    }

    public Checkpoint Checkpoint { get; }

    public RunFolder Folder { get; }

    /// <summary>Newer checkpoints that cannot be used.</summary>
    public IReadOnlyList<SkippedCheckpoint> Skipped { get; }

    /// <summary>Whether the user named this checkpoint, rather than the run.</summary>
    public bool IsChosen { get; }

    public RunIdentity Identity { get; }

    public RunSpecification Specification { get; }

    public Model Model { get; }

    public TrainingState State { get; }

    /// <summary>Opens the newest valid checkpoint of a folder, or the checkpoint of that name.</summary>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static TrainedRun Open(string path)
    {
        if (File.Exists(path)) return new TrainedRun(CheckpointFile.Read(path), [], isChosen: true);
        if (!Directory.Exists(path)) throw MissingPath.Refuse(path, "there is no such run");
        var search = new CheckpointFolder(path).Newest();
        if (search.Found is { } found) return new TrainedRun(found, search.Skipped, isChosen: false);
        if (search.Skipped.Count > 0)
        {
            throw new InvalidInputException(
                $"none of its {search.Skipped.Count} checkpoints is whole. {string.Join(' ', search.Skipped.Select(skipped => skipped.Reason))}".TrimEnd('.'),
                "Train anew", new SourceLocation(path));
        }

        string? inside = Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal).FirstOrDefault(folder => new RunFolder(folder).HoldsRun);
        throw new InvalidInputException(
            "there is no checkpoint in this folder, so it is no run", inside is null ? "Give the folder that train wrote to" : $"Did you mean {Invocation.Shown(inside)}", new SourceLocation(path));
    }

    /// <summary>The parameters, (P).</summary>
    /// <exception cref="InvalidInputException">The best are asked for, and no validation has told which they are.</exception>
    public AlignedBuffer Parameters(ParameterChoice choice = ParameterChoice.Result) => choice switch
    {
        ParameterChoice.Last => State.Parameters,
        ParameterChoice.Best => State.Best ?? throw new InvalidInputException(
            "there are no best parameters yet: no epoch has ended with a validation", "Use --last", new SourceLocation(Checkpoint.Path)),
        _ => Result(Specification.Training, State),
    };

    /// <summary>What a run has to show for itself.</summary>
    public static AlignedBuffer Result(TrainingSpec training, TrainingState state) =>
        training.EarlyStopping is not null && state.Best is { } best ? best : state.Parameters;

    /// <summary>The data that the run was trained on.</summary>
    /// <param name="remedy">What to do where they are not there.</param>
    /// <exception cref="InvalidInputException">They are gone, or have changed since.</exception>
    public PreparedTask LoadTask(RunSpecification specification, string remedy)
    {
        RefuseMissingData(specification, remedy);
        var task = PreparedTasks.Load(specification);
        if (task.DataHash == Identity.DataHash) return task;
        throw new InvalidInputException(
            $"the data have changed since this run began: their hash was {Identity.DataHash} and is {task.DataHash}",
            "Put the old data back, or train a new run on the new ones",
            new SourceLocation(specification.DataPath is { } path ? Invocation.Shown(path) : "the built-in series"));
    }

    /// <inheritdoc cref="LoadTask"/>
    public static void RefuseMissingData(RunSpecification specification, string remedy)
    {
        if (specification.DataPath is { } data && !File.Exists(data) && !Directory.Exists(data))
            throw new InvalidInputException("the data that this run was trained on are not there", remedy, new SourceLocation(Invocation.Shown(data)));
    }

    private (Signal Input, int Outputs) OfForecast()
    {
        var preparation = Preparation.FromJson(Identity.Preparation);
        return (new Signal(preparation.Inputs.Count + (2 * preparation.Spec.Calendar.Count)), preparation.Targets.Count * preparation.Spec.Horizon);
    }

    private (Signal Input, int Outputs) OfText()
    {
        int count = TextVocabulary.FromJson(Identity.Preparation, Checkpoint.Path).Count;
        return (Signal.Tokens(count), count);
    }
}
